class A:
    def who(self): return "A"
class B:
    def who(self): return "B"
a = A()
a.x = 1
a.__class__ = B
print(a.who(), a.x, type(a).__name__)  # expect: B 1 B
def t(obj, k):
    try:
        obj.__class__ = k
        print("ok")
    except TypeError as e:
        print(e)
t(a, int)  # expect: __class__ assignment only supported for mutable types or ModuleType subclasses
t(1, A)  # expect: __class__ assignment only supported for mutable types or ModuleType subclasses
t(a, 5)  # expect: __class__ must be set to a class, not 'int' object
class S: __slots__ = ("x",)
class T: __slots__ = ("x",)
class U: __slots__ = ("y",)
t(S(), T)  # expect: ok
t(S(), U)  # expect: __class__ assignment: 'U' object layout differs from 'S'
t(a, S)  # expect: __class__ assignment: 'S' object layout differs from 'B'
class I(int): pass
class J(int): pass
t(I(1), J)  # expect: ok
t(I(1), A)  # expect: __class__ assignment: 'A' object layout differs from 'I'
try:
    del a.__class__
except TypeError as e:
    print(e)  # expect: can't delete __class__ attribute
