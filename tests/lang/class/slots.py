class C:
    __slots__ = ("a", "b")
c = C()
c.a = 1
print(c.a, hasattr(c, "b"), hasattr(c, "__dict__"), C.a.__name__, type(C.a).__name__)  # expect: 1 False False a member_descriptor
def t(f):
    try:
        f()
    except (AttributeError, TypeError, ValueError) as e:
        print(type(e).__name__, e)
t(lambda: c.b)  # expect: AttributeError 'C' object has no attribute 'b'
t(lambda: setattr(c, "z", 1))  # expect: AttributeError 'C' object has no attribute 'z' and no __dict__ for setting new attributes
del c.a
t(lambda: c.a)  # expect: AttributeError 'C' object has no attribute 'a'
t(lambda: delattr(c, "a"))  # expect: AttributeError a
class D(C): pass
d = D()
d.z = 1
d.a = 2
print(d.__dict__, d.a)  # expect: {'z': 1} 2
class E(C):
    __slots__ = ["c", "__dict__"]
e = E()
e.c, e.q = 1, 2
print(e.__dict__)  # expect: {'q': 2}
def bad(slots, extra=None):
    class X:
        __slots__ = slots
        if extra: vars()[extra] = 1
t(lambda: bad(5))  # expect: TypeError 'int' object is not iterable
t(lambda: bad((1,)))  # expect: TypeError __slots__ items must be strings, not 'int'
t(lambda: bad(("a b",)))  # expect: TypeError __slots__ must be identifiers
t(lambda: bad(("x",), "x"))  # expect: ValueError 'x' in __slots__ conflicts with class variable
t(lambda: bad(("__dict__", "__dict__")))  # expect: TypeError __dict__ slot disallowed: we already got one
t(lambda: type("Y", (int,), {"__slots__": ("a",)}) and print("int subclass ok"))  # expect: TypeError nonempty __slots__ not supported for subtype of 'int'
t(lambda: type("Y", (tuple,), {"__slots__": ("a",)}))  # expect: TypeError nonempty __slots__ not supported for subtype of 'tuple'
t(lambda: type("Y", (D, int), {}))  # expect: TypeError multiple bases have instance lay-out conflict
class F:
    __slots__ = {"x": "doc of x"}
print(F.__slots__, F.x.__doc__)  # expect: {'x': 'doc of x'} None
class G:
    __slots__ = ("__private", "__weakref__")
    def __init__(self): self.__private = 1
print(G()._G__private)  # expect: 1
class S:
    __slots__ = "single"
S().single = 1
