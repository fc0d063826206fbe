log = []
class Ctx:
    async def __aenter__(self):
        log.append("enter")
        return "ctx"
    async def __aexit__(self, *a):
        log.append(("exit", a[0] and a[0].__name__))
        return True
class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def main():
    async with Ctx() as c, Ctx():
        log.append(c)
    async with Ctx():
        raise ValueError
    async for i in Count(3):
        log.append(i)
    else:
        log.append("else")
    return [i async for i in Count(2)], sorted({i async for i in Count(2)}), {i: i async for i in Count(2)}
try:
    main().send(None)
except StopIteration as e:
    print(e.value)  # expect: ([1, 0], [0, 1], {1: 1, 0: 0})
print(log)  # expect: ['enter', 'enter', 'ctx', ('exit', None), ('exit', None), 'enter', ('exit', 'ValueError'), 2, 1, 0, 'else']
