class A: pass
class B: __match_args__ = ["x"]
class C: __match_args__ = (1,)
class D: __match_args__ = ("x",)
class E: __match_args__ = ("x", "x")
e = E()
e.x = 1
def t(f):
    try:
        f()
    except TypeError as e:
        print(e)
def a():
    match A():
        case A(1): pass
def b():
    match B():
        case B(1): pass
def c():
    match C():
        case C(1): pass
def d():
    match D():
        case D(1, x=2): pass
def f():
    match 5:
        case int(1, 2): pass
def g():
    match 5:
        case t(): pass
def h():
    match D():
        case D(1, 2): pass
def i():
    match e:
        case E(1, 1): pass
for x in (a, b, c, d, f, g, h, i):
    t(x)
# expect: A() accepts 0 positional sub-patterns (1 given)
# expect: B.__match_args__ must be a tuple (got list)
# expect: __match_args__ elements must be strings (got int)
# expect: int() accepts 1 positional sub-pattern (2 given)
# expect: called match pattern must be a class
# expect: D() accepts 1 positional sub-pattern (2 given)
# expect: E() got multiple sub-patterns for attribute 'x'
