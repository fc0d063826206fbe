class P(tuple):
    __slots__ = ()
    def __new__(cls, x, y): return tuple.__new__(cls, (x, y))
    x = property(lambda s: s[0])
    def __repr__(self): return f"P({self[0]}, {self[1]})"
p = P(1, 2)
print(p, p.x, p == (1, 2), hash(p) == hash((1, 2)), p + (3,), type(p[:]).__name__, tuple(p), isinstance(p, tuple), [*p])  # expect: P(1, 2) 1 True True (1, 2, 3) tuple (1, 2) True [1, 2]
a, b = p
print(a, b, p < P(1, 3), {p: 1}[(1, 2)])  # expect: 1 2 True 1
