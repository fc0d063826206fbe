class A:
    def __init__(self, *v): self.v = iter(v)
    def __aiter__(self): return self
    async def __anext__(self):
        try: return next(self.v)
        except StopIteration: raise StopAsyncIteration
async def f():
    a = [[x async for x in A(1, 2)] for _ in range(2)]
    b = [x for _ in [0] for x in [y async for y in A("a")]]
    g = (x async for x in A(1, 2) if x > 1)
    c = [v async for v in g]
    h = (await w for w in [one()])
    d = [v async for v in h]
    return a, b, c, d, type(g).__name__, type(h).__name__
async def one(): return "one"
try:
    f().send(None)
except StopIteration as e:
    print(e.value)  # expect: ([[1, 2], [1, 2]], ['a'], [2], ['one'], 'async_generator', 'async_generator')
