"""Loops at module level: names that appear, disappear, hide builtins, and code that runs with other names."""
s = 0
i = 0
while i < 30000:
    s += i * i % 7
    i += 1
print(s, i)  # expect: 59999 30000
x = 0.5
for k in range(20000):
    x = x * 0.999 + 0.25
print("%.6f" % x)  # expect: 249.999999
names = []
for w in ["a", "b"] * 2000:
    names.append(w + "!")
print(len(names), names[-1])  # expect: 4000 b!
t = 0
for q in range(5000):
    if q == 3000:
        del s
        newname = 5
    if q == 4000:
        len = lambda v: 100
    t += len([1, 2])
print(t)  # expect: 108000
del len
ns = {}
code = compile("r = 0\nfor j in range(3000):\n    r += j\n", "c", "exec")
exec(code, ns); print(ns["r"])  # expect: 4498500
loc = {"range": lambda n: [1, 2, 3]}
exec(code, {}, loc); print(loc["r"])  # expect: 6
exec(code, ns); print(ns["r"])  # expect: 4498500
class C:
    tot = 0
    for z in range(3000):
        tot += z
print(C.tot, C.z)  # expect: 4498500 2999
big = 1
for y in range(200):
    big *= 3
print(big % 1000007)  # expect: 959082
e = 0
for u in range(3000):
    try:
        if u % 1000 == 999: undefined_name
    except NameError as err:
        e += 1
print(e)  # expect: 3
d = {}
for u in range(3000):
    d[u % 10] = d.get(u % 10, 0) + u
print(d[3])  # expect: 449400
