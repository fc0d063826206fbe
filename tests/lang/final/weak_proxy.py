import weakref
class C:
    x = 1
    def f(self): return "f"
    def __len__(self): return 3
    def __call__(self, a): return a
    def __add__(self, o): return "add"
    def __repr__(self): return "C!"
    def __getitem__(self, k): return k
c = C()
p = weakref.proxy(c)
print(p.x, p.f(), len(p), p + 1, p[5], str(p), type(p).__name__, isinstance(p, C))  # expect: 1 f 3 add 5 C! CallableProxyType True
p.y = 2
print(c.y, p == c)  # expect: 2 True
del p.y
del c
try:
    p.x
except ReferenceError as e:
    print(e)  # expect: weakly-referenced object no longer exists
print(type(weakref.proxy(C)).__name__)  # expect: CallableProxyType
try:
    hash(p)
except TypeError as e:
    print(e)  # expect: unhashable type: 'weakref.CallableProxyType'
