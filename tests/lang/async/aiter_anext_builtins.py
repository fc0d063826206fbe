async def ag():
    yield 1
    yield 2
def run(aw):
    it = aw.__await__()
    try:
        while True: it.send(None)
    except StopIteration as e:
        return e.value
async def main():
    g = aiter(ag())
    return await anext(g), await anext(g), await anext(g, "default"), await anext(g, None)
print(run(main()))  # expect: (1, 2, 'default', None)
for f in (lambda: aiter(5), lambda: anext(5), lambda: aiter([])):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: 'int' object is not an async iterable
# expect: 'int' object is not an async iterator
# expect: 'list' object is not an async iterable
