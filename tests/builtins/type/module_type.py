import sys
M = type(sys)
m = M("name", "doc")
print(m, m.__name__, m.__doc__, m.__dict__["__name__"], m.__loader__, m.__package__, m.__spec__, sorted(vars(m)))  # expect: <module 'name'> name doc name None None None ['__doc__', '__loader__', '__name__', '__package__', '__spec__']
m.x = 1
print(m.x, vars(m)["x"], dir(m) == sorted(vars(m)))  # expect: 1 1 True
del m.x
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: m.x)  # expect: AttributeError module 'name' has no attribute 'x'
t(lambda: M())  # expect: TypeError module() missing required argument 'name' (pos 1)
t(lambda: M(5))  # expect: TypeError module() argument 'name' must be str, not int
t(lambda: setattr(m, "__dict__", {}))  # expect: AttributeError readonly attribute
m.__getattr__ = lambda n: "dynamic " + n
print(m.anything)  # expect: dynamic anything
m.__dir__ = lambda: ["q"]
print(dir(m))  # expect: ['q']
class Sub(M):
    @property
    def p(self): return "prop"
s = Sub("s")
print(s.p, type(s).__name__)  # expect: prop Sub
m2 = M("plain")
m2.__class__ = Sub
print(m2.p)  # expect: prop
m3 = M.__new__(M)
t(lambda: m3.x)  # expect: AttributeError module has no attribute 'x'
print(repr(m3))  # expect: <module '?'>
m4 = M("x")
m4.__file__ = "/some/file"
print(m4)  # expect: <module 'x' from '/some/file'>
