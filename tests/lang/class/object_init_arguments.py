def t(f):
    try:
        f()
        print("ok")
    except TypeError as e:
        print(e)
class A: pass
t(lambda: A(1))  # expect: A() takes no arguments
t(lambda: A(x=1))  # expect: A() takes no arguments
class B:
    def __init__(self, x): pass
t(lambda: B())  # expect: B.__init__() missing 1 required positional argument: 'x'
t(lambda: B(1))  # expect: ok
t(lambda: B.__new__(B, 1, 2))  # expect: ok
class C:
    def __new__(cls, x): return object.__new__(cls, x)
t(lambda: C(1))  # expect: object.__new__() takes exactly one argument (the type to instantiate)
class D:
    def __new__(cls, x): return object.__new__(cls)
t(lambda: D(1))  # expect: ok
t(lambda: D())  # expect: D.__new__() missing 1 required positional argument: 'x'
class E:
    def __init__(self, x): super().__init__(x)
t(lambda: E(1))  # expect: object.__init__() takes exactly one argument (the instance to initialize)
t(lambda: object.__new__(int))  # expect: object.__new__(int) is not safe, use int.__new__()
t(lambda: int.__new__(str))  # expect: int.__new__(str): str is not a subtype of int
t(lambda: object.__init__())  # expect: descriptor '__init__' of 'object' object needs an argument
