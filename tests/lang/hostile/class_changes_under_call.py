class A:
    def f(self):
        A.f = lambda self: "replaced"
        return self.f()
a = A()
print(a.f(), a.f())  # expect: replaced replaced
class B:
    def __eq__(self, o):
        self.__class__ = C
        return True
    __hash__ = None
class C: pass
b = B()
print(b == 1, type(b).__name__)  # expect: True C
class M:
    def __getattribute__(self, n):
        type(self).__getattribute__ = object.__getattribute__
        return "once"
m = M()
print(m.x)  # expect: once
try:
    m.x
except AttributeError as e:
    print(e)  # expect: 'M' object has no attribute 'x'
class P:
    @property
    def p(self):
        del P.p
        return 1
p = P()
print(p.p, hasattr(p, "p"))  # expect: 1 False
def h():
    h.__code__ = (lambda: "new code").__code__
    return "old code"
print(h(), h())  # expect: old code new code
