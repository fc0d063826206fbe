"""Builtins that iterate over a generator take its return as the end, whatever it returns."""

def gen(value):
    yield 1
    return value

for value in (5, "x", (None, None), [2], StopIteration(7)):
    g = gen(value)
    print(list(gen(value)), tuple(gen(value)), [*gen(value)], max(gen(value)), dict(enumerate(gen(value))), next(g), next(g, "end"))
# expect: [1] (1,) [1] 1 {0: 1} 1 end
# expect: [1] (1,) [1] 1 {0: 1} 1 end
# expect: [1] (1,) [1] 1 {0: 1} 1 end
# expect: [1] (1,) [1] 1 {0: 1} 1 end
# expect: [1] (1,) [1] 1 {0: 1} 1 end

pair = lambda: ((yield 1), (yield 2))
print(list(pair()), list(map(str, pair())), "".join(map(str, pair())), sorted(zip(pair(), pair())))  # expect: [1, 2] ['1', '2'] 12 [(1, 1), (2, 2)]

g = gen(5)
next(g)
try:
    next(g)
except StopIteration as e:
    print(e.value)  # expect: 5
