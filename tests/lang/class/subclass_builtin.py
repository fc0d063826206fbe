class L(list):
    def append(self, x): super().append(x * 2)
l = L([1])
l.append(2)
l += [3]
print(l, type(l + l).__name__, type(l[:]).__name__, type(l.copy()).__name__, l.__class__.__name__, repr(l))  # expect: [1, 4, 3] list list list L [1, 4, 3]
class S(str):
    def upper(self): return "custom"
s = S("ab")
print(s.upper(), type(s.lower()).__name__, type(str(s)).__name__, s + "c", s == "ab", {s: 1}["ab"], type(s[:]).__name__)  # expect: custom str str abc True 1 str
class I(int):
    def __add__(self, o): return "I.add"
print(I(1) + 2, 2 + I(1), type(I(5) * 1).__name__, I(3) == 3, [10, 20, 30, 40][I(3)])  # expect: I.add 3 int True 40
class D(dict): pass
d = D(a=1)
d.attr = 2
print(d, d.attr, type(d.copy()).__name__, d == {"a": 1}, type(d | {}).__name__)  # expect: {'a': 1} 2 dict True dict
class F(float): pass
class T(tuple): pass
class B(bytes): pass
class FS(frozenset): pass
print(F(1.5), T((1,)), B(b"x"), FS([1]), type(T() + T()).__name__, type(F(1) + 1).__name__)  # expect: 1.5 (1,) b'x' FS({1}) tuple float
