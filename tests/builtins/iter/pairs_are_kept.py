# Iterators of pairs may use a pair again, but only one that nobody holds.
d = {"a": 1, "b": 2, "c": 3}
for make in (lambda: enumerate("xyz"), lambda: zip("abc", range(3)), lambda: iter(d.items()), lambda: reversed(d.items())):
    kept, names = [], []
    for pair in make():
        kept.append(pair)
    for a, b in make():
        names.append(a)
    print(kept, list(make()), names)
# expect: [(0, 'x'), (1, 'y'), (2, 'z')] [(0, 'x'), (1, 'y'), (2, 'z')] [0, 1, 2]
# expect: [('a', 0), ('b', 1), ('c', 2)] [('a', 0), ('b', 1), ('c', 2)] ['a', 'b', 'c']
# expect: [('a', 1), ('b', 2), ('c', 3)] [('a', 1), ('b', 2), ('c', 3)] ['a', 'b', 'c']
# expect: [('c', 3), ('b', 2), ('a', 1)] [('c', 3), ('b', 2), ('a', 1)] ['c', 'b', 'a']

it = enumerate("ab")
first = next(it)
second = next(it)
print(first, second, first is second)  # expect: (0, 'a') (1, 'b') False
it = zip([1, 2], [3, 4])
view = map(lambda pair: pair, it)
print(next(view), next(view))  # expect: (1, 3) (2, 4)


# The pair's old items die when it gets new ones.
class Noisy:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("gone", self.n)


def items():
    for n in range(4):
        yield Noisy(n) if n == 0 else n


pairs = zip(items(), "abcd")
for x, y in pairs:
    print(getattr(x, "n", x), y)
    del x
# expect: 0 a
# expect: gone 0
# expect: 1 b
# expect: 2 c
# expect: 3 d
