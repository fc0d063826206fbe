def run(aw):
    it = aw.__await__()
    try:
        it.send(None)
    except StopIteration as e:
        return e.value
async def ag():
    yield 1
    raise StopAsyncIteration("inside")
g = ag()
print(run(g.__anext__()))  # expect: 1
try:
    run(g.__anext__())
except RuntimeError as e:
    print(e)  # expect: async generator raised StopAsyncIteration
async def si():
    yield 1
    raise StopIteration("inside")
g = si()
run(g.__anext__())
try:
    run(g.__anext__())
except RuntimeError as e:
    print(e)  # expect: async generator raised StopIteration
g = ag()
try:
    run(g.asend(5))
except TypeError as e:
    print(e)  # expect: can't send non-None value to a just-started async generator
aw = g.__anext__()
run(aw)
try:
    run(aw)
except RuntimeError as e:
    print(e)  # expect: cannot reuse already awaited __anext__()/asend()
async def bad():
    try:
        yield
    except GeneratorExit:
        yield
b = bad()
run(b.__anext__())
try:
    run(b.aclose())
except RuntimeError as e:
    print(e)  # expect: async generator ignored GeneratorExit
try:
    for x in ag(): pass
except TypeError as e:
    print(e)  # expect: 'async_generator' object is not iterable
