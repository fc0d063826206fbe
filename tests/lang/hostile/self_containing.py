l = []
l.append(l)
d = {}
d["d"] = d
t = ([],)
t[0].append(t)
print(l, d, t)  # expect: [[...]] {'d': {...}} ([(...)],)
s = [l, l]
print(s, l == l)  # expect: [[[...]], [[...]]] True
try:
    l2 = []
    l2.append(l2)
    print(l == l2)
except RecursionError as e:
    print("RecursionError")  # expect: RecursionError
x = [1]
x.extend(x)
x += x
print(x)  # expect: [1, 1, 1, 1]
x[1:1] = x
print(len(x))  # expect: 8
d2 = {1: 2}
d2.update(d2)
print(d2)  # expect: {1: 2}
s = {1}
s |= s
s -= s
print(s)  # expect: set()
b = bytearray(b"ab")
b[1:1] = b
print(b)  # expect: bytearray(b'aabb')
