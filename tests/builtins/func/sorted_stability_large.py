import sys
data = [((i * 31337) % 997, i) for i in range(5000)]
s = sorted(data, key=lambda p: p[0])
print(all(a[0] < b[0] or a[0] == b[0] and a[1] < b[1] for a, b in zip(s, s[1:])))  # expect: True
runs = list(range(1000)) + list(range(500, 0, -1)) + [7] * 300 + list(range(2000, 1000, -3))
s = sorted(runs)
print(len(s) == len(runs), all(a <= b for a, b in zip(s, s[1:])), sum(s) == sum(runs))  # expect: True True True
floats = [((i * 7919) % 1009) / 7 for i in range(2000)]
print(all(a <= b for a, b in zip(sorted(floats), sorted(floats)[1:])))  # expect: True
strs = [str((i * 7919) % 1009) for i in range(2000)]
print(sorted(strs)[:5], sorted(strs, key=int)[:5], sorted(strs, key=lambda s: (len(s), s), reverse=True)[:3])  # expect: ['0', '0', '1', '1', '10'] ['0', '0', '1', '1', '2'] ['1008', '1008', '1007']
print(sorted([(1, 2), (1,), (0, 5, 6)]), sorted([0.5, 1, -3, 2 ** 70, -2.5]))  # expect: [(0, 5, 6), (1,), (1, 2)] [-3, -2.5, 0.5, 1, 1180591620717411303424]
