class A: __slots__ = ("a",)
class B: __slots__ = ("b",)
try:
    class C(A, B): pass
except TypeError as e:
    print(e)  # expect: multiple bases have instance lay-out conflict
class D: __slots__ = ()
class E(A, D): __slots__ = ()
print(E.__mro__[1].__name__)  # expect: A
