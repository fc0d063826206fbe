"""Loops over ranges and lists inside compiled loops."""
def f(n):
    out = []
    for k in range(n):
        t = 0
        for x in [1, 2, 3, k]:
            t += x
        for y in range(k % 3, k, 2):
            t += y
        for z in range(k, 0, -1 - k % 2):
            t -= z
        for w in ["a", "b", k]:
            t += len(str(w))
        out.append(t)
    return sum(out), out[-5:]
print(f(3000))  # expect: (-1122715110, [12, -2243992, 1510, -2245490, 1511])
def g(n):
    r = []
    for i in range(n):
        try:
            for q in range(1, 5, i - 900 if i > 800 else 1):
                r.append(q)
        except ValueError as e:
            print(e, i)
    return len(r)
print(g(2000))
# expect: range() arg 3 must not be zero 900
# expect: 4308
def h(n):
    l = [1,2,3]
    c = 0
    for i in range(n):
        l = [1,2,3]
        for x in l:
            if len(l) < 6: l.append(x)
            c += x
    return c
print(h(3000))  # expect: 36000
print(sum(b"abc"*1000), sum(bytearray(b"\xff"*10)), max(b"abc"), list(b"xyz"), sorted(b"cab"))  # expect: 294000 2550 99 [120, 121, 122] [97, 98, 99]
