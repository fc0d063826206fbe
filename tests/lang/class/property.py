class C:
    def __init__(self): self._x = 1
    @property
    def x(self):
        """The x."""
        return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
    ro = property(lambda self: "ro")
    wo = property(None, lambda self, v: print("wrote", v))
c = C()
print(c.x, C.x.__doc__, C.x.fget.__name__, C.x.__name__)  # expect: 1 The x. x x
c.x = 5
print(c.x)  # expect: 5
del c.x
def t(f):
    try:
        f()
    except AttributeError as e:
        print(e)
t(lambda: c.x)  # expect: 'C' object has no attribute '_x'
t(lambda: setattr(c, "ro", 1))  # expect: property 'ro' of 'C' object has no setter
t(lambda: delattr(c, "ro"))  # expect: property 'ro' of 'C' object has no deleter
c.wo = 3  # expect: wrote 3
t(lambda: c.wo)  # expect: property 'wo' of 'C' object has no getter
t(lambda: setattr(C.x, "fget", 1))  # expect: readonly attribute
print(isinstance(C.x, property), C.ro.fset)  # expect: True None
class D(C):
    @C.x.getter
    def x(self): return "overridden"
d = D()
d.x = 3
print(d.x, d._x)  # expect: overridden 3
t(lambda: property().__get__(1))  # expect: property of 'int' object has no getter
