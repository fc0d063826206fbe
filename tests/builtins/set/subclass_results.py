class S(set):
    def __repr__(self): return "S!"
class F(frozenset): pass
s = S([1])
print(type(s | {2}).__name__, type({2} | s).__name__, type(s.copy()).__name__, type(s.union([1])).__name__, type(s & s).__name__, s, [s])  # expect: set set set set set S! [S!]
f = F([1])
print(type(f | f).__name__, type(f.copy()).__name__, f.copy() is f, frozenset([1]).copy() == frozenset([1]), F() == frozenset(), type(frozenset(f)).__name__)  # expect: frozenset frozenset False True True frozenset
x = frozenset([1])
print(frozenset(x) is x, frozenset() == F())  # expect: True True
s |= {5}
print(type(s).__name__, len(s))  # expect: S 2
