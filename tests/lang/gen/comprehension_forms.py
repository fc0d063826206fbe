print([x for x in range(5) if x % 2 if x > 1])  # expect: [3]
print([[j for j in range(i)] for i in range(4)])  # expect: [[], [0], [0, 1], [0, 1, 2]]
print({x: y for x, y in zip("ab", [1, 2])}, {x % 3 for x in range(9)})  # expect: {'a': 1, 'b': 2} {0, 1, 2}
print([(x, y) for x in range(2) for y in "ab"], [a for (a, *_) in [(1, 2), (3,)]])  # expect: [(0, 'a'), (0, 'b'), (1, 'a'), (1, 'b')] [1, 3]
print([lambda: x for x in range(3)][0]())  # expect: 2
print({k: v for k, v in {"a": 1}.items()}, [*(x for x in "ab")])  # expect: {'a': 1} ['a', 'b']
print({(d := {})["k"]: 1 for _ in range(0)}, [x for x in [1, 2] for x in [x, x * 10]])  # expect: {} [1, 10, 2, 20]
d = {}
print({d.setdefault(k, len(d)): k for k in "aba"})  # expect: {0: 'a', 1: 'b'}
def show(x):
    print(x, end=" ")
    return x
print({show("k"): show("v") for _ in [1]})  # expect: k v {'k': 'v'}
