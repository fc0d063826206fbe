class R:
    def __init__(self, t): self.t = t
    def __repr__(self):
        self.t.clear()
        return "R"
l = []
l.extend([R(l), 1, 2])
print(repr(l), l)  # expect: [R] []
d = {}
d.update({1: R(d), 2: 3})
print(repr(d), d)  # expect: {1: R} {}
s = set()
s.update({R(s)})
try:
    print(repr(s), s)  # expect: {R} set()
except RuntimeError as e:
    print(e)
class I:
    def __init__(self, l): self.l = l
    def __index__(self):
        self.l.clear()
        return 1
l = [1, 2, 3]
try:
    l[I(l)]
except IndexError as e:
    print(e)  # expect: list index out of range
l = [1, 2, 3]
try:
    l[I(l)] = 5
except IndexError as e:
    print(e)  # expect: list assignment index out of range
l = [1, 2, 3]
print(l[I(l):], l)  # expect: [] []
l = [1, 2, 3]
del l[I(l):]
print(l)  # expect: []
l = [1, 2, 3]
l.insert(I(l), 9)
print(l)  # expect: [9]
b = bytearray(b"abc")
class J:
    def __index__(self):
        b.clear()
        return 65
try:
    b[0] = J()
    print(b)
except IndexError as e:
    print(e)  # expect: bytearray index out of range
b = bytearray(b"abc")
try:
    b.append(J())
    print(b)  # expect: bytearray(b'A')
except Exception as e:
    print(type(e).__name__, e)
