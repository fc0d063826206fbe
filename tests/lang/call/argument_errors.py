def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except TypeError as e:
        print(e)
def f(a, b, c=3): return a, b, c
t(f)  # expect: f() missing 2 required positional arguments: 'a' and 'b'
t(f, 1)  # expect: f() missing 1 required positional argument: 'b'
t(f, 1, 2, 3, 4)  # expect: f() takes from 2 to 3 positional arguments but 4 were given
t(f, 1, 2, d=4)  # expect: f() got an unexpected keyword argument 'd'
t(f, 1, a=1)  # expect: f() got multiple values for argument 'a'
t(f, b=1)  # expect: f() missing 1 required positional argument: 'a'
def g(): pass
t(g, 1)  # expect: g() takes 0 positional arguments but 1 was given
t(g, x=1)  # expect: g() got an unexpected keyword argument 'x'
def h(a, *, k, m=1): return a, k, m
t(h, 1)  # expect: h() missing 1 required keyword-only argument: 'k'
t(h, 1, 2)  # expect: h() takes 1 positional argument but 2 were given
t(h, 1, 2, k=3)  # expect: h() takes 1 positional argument but 2 positional arguments (and 1 keyword-only argument) were given
def i(a, /, b): return a, b
t(i, a=1, b=2)  # expect: i() got some positional-only arguments passed as keyword arguments: 'a'
t(i, 1, c=2)  # expect: i() got an unexpected keyword argument 'c'
def j(a, b, /): pass
t(j, a=1, b=2)  # expect: j() got some positional-only arguments passed as keyword arguments: 'a, b'
def k(a, *, x, y, z): pass
t(k)  # expect: k() missing 1 required positional argument: 'a'
t(k, 1)  # expect: k() missing 3 required keyword-only arguments: 'x', 'y', and 'z'
t(k, 1, x=1)  # expect: k() missing 2 required keyword-only arguments: 'y' and 'z'
def l(a=1, b=2): pass
t(l, 1, 2, 3)  # expect: l() takes from 0 to 2 positional arguments but 3 were given
class C:
    def m(self, x): pass
    def n(): pass
t(C().m)  # expect: C.m() missing 1 required positional argument: 'x'
t(C().m, 1, 2)  # expect: C.m() takes 2 positional arguments but 3 were given
t(C().n)  # expect: C.n() takes 0 positional arguments but 1 was given
t(C.m)  # expect: C.m() missing 2 required positional arguments: 'self' and 'x'
t(C, 1)  # expect: C() takes no arguments
t(f, bb=1, c=2)  # expect: f() got an unexpected keyword argument 'bb'. Did you mean 'b'?
