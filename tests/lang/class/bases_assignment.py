class A:
    def f(self): return "A"
class B:
    def f(self): return "B"
class C(A): pass
c = C()
print(c.f())  # expect: A
C.__bases__ = (B,)
print(c.f(), [k.__name__ for k in C.__mro__], A.__subclasses__(), B.__subclasses__())  # expect: B ['C', 'B', 'object'] [] [<class '__main__.C'>]
for bad in ((), 5, (C,), (A, 3)):
    try:
        C.__bases__ = bad
        print("ok")
    except TypeError as e:
        print(e)
# expect: can only assign non-empty tuple to C.__bases__, not ()
# expect: can only assign tuple to C.__bases__, not int
# expect: a __bases__ item causes an inheritance cycle
# expect: C.__bases__ must be tuple of classes, not 'int'
