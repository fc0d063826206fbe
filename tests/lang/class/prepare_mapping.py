class D(dict):
    def __missing__(self, k):
        if k.startswith("auto"): return k.upper()
        raise KeyError(k)
    def __setitem__(self, k, v):
        if not k.startswith("__"): print("set", k)
        super().__setitem__(k, v)
class M(type):
    def __prepare__(name, bases): return D()
    def __new__(m, n, b, ns): return super().__new__(m, n, b, dict(ns))
class C(metaclass=M):
    x = auto_one
    y = 2
    del y
# expect: set x
# expect: set y
print(C.x, hasattr(C, "y"))  # expect: AUTO_ONE False
class Bad(type):
    def __prepare__(name, bases): return 5
try:
    class E(metaclass=Bad): pass
except TypeError as e:
    print(e)  # expect: Bad.__prepare__() must return a mapping, not int
