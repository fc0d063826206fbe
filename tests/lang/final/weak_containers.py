import weakref
class K:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"K{self.n}"
a, b = K(1), K(2)
v = weakref.WeakValueDictionary(x=a, y=b)
k = weakref.WeakKeyDictionary({a: "a", b: "b"})
s = weakref.WeakSet([a, b])
print(sorted(v), len(k), len(s))  # expect: ['x', 'y'] 2 2
del a
print(sorted(v), list(k.values()), list(s))  # expect: ['y'] ['b'] [K2]
f = weakref.finalize(b, print, "finalised", sep="!")
print(f.alive)  # expect: True
del b  # expect: finalised
print(f.alive, len(v), len(k), len(s))  # expect: False 0 0 0
class M:
    def m(self): return "m"
m = M()
w = weakref.WeakMethod(m.m)
print(w()())  # expect: m
del m
print(w())  # expect: None
