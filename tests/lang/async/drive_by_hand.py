class Ready:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield ("want", self.v)
        return (self.v, got)
async def f(x):
    a = await Ready(x)
    b = await Ready(x + 1)
    return a, b
c = f(1)
print(type(c).__name__, c.cr_running, c.cr_await, c.cr_origin)  # expect: coroutine False None None
print(c.send(None), c.cr_await is not None)  # expect: ('want', 1) True
print(c.send("first"))  # expect: ('want', 2)
try:
    c.send("second")
except StopIteration as e:
    print(e.value)  # expect: ((1, 'first'), (2, 'second'))
try:
    c.send(None)
except RuntimeError as e:
    print(e)  # expect: cannot reuse already awaited coroutine
