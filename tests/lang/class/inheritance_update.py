# Changing a base class is seen at once by subclasses and instances.
class A: pass
class B(A): pass
b = B()
A.f = lambda self: "f"
print(b.f())  # expect: f
A.__len__ = lambda self: 3
print(len(b))  # expect: 3
del A.__len__
try:
    len(b)
except TypeError as e:
    print(e)  # expect: object of type 'B' has no len()
B.f = lambda self: "B.f"
print(b.f())  # expect: B.f
del B.f
print(b.f())  # expect: f
A.__getattr__ = lambda self, n: "dyn " + n
print(b.zzz)  # expect: dyn zzz
A.__eq__ = lambda self, o: "eq"
print(b == 1)  # expect: eq
A.__add__ = lambda s, o: "add"
print(b + 1)  # expect: add
del A.__add__
try:
    b + 1
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +: 'B' and 'int'
