(a, (b, *c)), d = (1, (2, 3, 4)), 5
print(a, b, c, d)  # expect: 1 2 [3, 4] 5
[x, [y, z]] = "a", "bc"
print(x, y, z)  # expect: a b c
for i, (j, k) in [(1, (2, 3)), (4, "xy")]:
    print(i, j, k)
# expect: 1 2 3
# expect: 4 x y
a = b = []
a.append(1)
print(b)  # expect: [1]
x, x = 1, 2
print(x)  # expect: 2
() = []
[] = ()
print("empty targets")  # expect: empty targets
