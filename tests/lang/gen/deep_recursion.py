# A tree walk by recursive generators, and a chain of a thousand generators.
def walk(n):
    if n:
        yield from walk(n - 1)
    yield n
print(list(walk(300))[-1], sum(walk(200)))  # expect: 300 20100
def add(it):
    for x in it:
        yield x + 1
it = iter([0, 1])
for _ in range(900):
    it = add(it)
print(list(it))  # expect: [900, 901]
