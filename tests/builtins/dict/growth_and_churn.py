d = {}
for i in range(10000): d[i] = -i
for i in range(0, 10000, 3): del d[i]
for i in range(20000, 21000): d[i] = i
print(len(d), sum(d.values()), 9999 in d, 9998 in d, 20500 in d, next(iter(d)), list(d)[-1])  # expect: 7666 -12827167 False True True 1 20999
d = {}
for i in range(100000):
    d[i] = 1
    if i >= 10: del d[i - 10]
print(len(d), list(d))  # expect: 10 [99990, 99991, 99992, 99993, 99994, 99995, 99996, 99997, 99998, 99999]
s = {}
for i in range(1000): s["key%d" % i] = i
print(all(s["key%d" % i] == i for i in range(1000)), "key1000" in s)  # expect: True False
m = {}
for i in range(200): m[i << 32] = m[-i << 40] = i
print(len(m), m[100 << 32], m[-100 << 40])  # expect: 399 100 100
f = {i / 8: i for i in range(100)}
print(f[1.5], f[2], 0.1 in f)  # expect: 12 16 False
d = {}
for i in range(1000):
    d[i] = i
    d.pop(i)
print(d, len(d))  # expect: {} 0
