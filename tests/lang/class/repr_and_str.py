class A: pass
class B:
    def __repr__(self): return "B!"
class C:
    def __str__(self): return "C str"
    def __format__(self, s): return "fmt<%s>" % s
class D:
    def __repr__(self): return 5
class E:
    def __str__(self): return b"x"
a = A()
print(repr(a).startswith("<__main__.A object at 0x"), str(B()), [B()], f"{B()!s:>4}")  # expect: True B! [B!]   B!
print(str(C()), f"{C():abc}", "{:xyz}".format(C()), format(C()), f"{C()!r}"[:12])  # expect: C str fmt<abc> fmt<xyz> fmt<> <__main__.C 
for f in (lambda: repr(D()), lambda: str(E()), lambda: format(A(), "x"), lambda: str(D()), lambda: f"{E()}"):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: __repr__ returned non-string (type int)
# expect: __str__ returned non-string (type bytes)
# expect: unsupported format string passed to A.__format__
# expect: __str__ returned non-string (type int)
# expect: __str__ returned non-string (type bytes)
def f():
    class Local: pass
    return Local
print(f(), repr(f()()).split(" at")[0])  # expect: <class '__main__.f.<locals>.Local'> <__main__.f.<locals>.Local object
