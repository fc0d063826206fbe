class Box: pass
b = Box()
for b.attr in "xy": pass
d = {}
for d["k"] in range(3): pass
for i, *rest in [(1, 2, 3), (4,)]:
    print(i, rest)
# expect: 1 [2, 3]
# expect: 4 []
print(b.attr, d)  # expect: y {'k': 2}
for a, in [(1,), (2,)]:
    print(a)
# expect: 1
# expect: 2
for [p, q] in ["mn"]:
    print(p, q)  # expect: m n
