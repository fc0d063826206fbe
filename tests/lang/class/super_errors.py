def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
def outside(): super()
t(outside)  # expect: RuntimeError super(): no arguments
class A:
    def f(): super()
    def g(self):
        del self
        super()
    def h(self):
        super().nope
    def i(self):
        super().x = 1
    def k(*args):
        return super().__repr__
t(A.f)  # expect: RuntimeError super(): no arguments
t(A().g)  # expect: RuntimeError super(): arg[0] deleted
t(A().h)  # expect: AttributeError 'super' object has no attribute 'nope'
t(A().i)  # expect: AttributeError 'super' object has no attribute 'x' and no __dict__ for setting new attributes
t(A().k)  # expect: RuntimeError super(): no arguments
t(lambda: super(A, 5))  # expect: TypeError super(type, obj): obj (instance of int) is not an instance or subtype of type (A).
t(lambda: super(5, A()))  # expect: TypeError super() argument 1 must be a type, not int
t(lambda: super(A, int))  # expect: TypeError super(type, obj): obj (type int) is not an instance or subtype of type (A).
t(lambda: super(A).x)  # expect: AttributeError 'super' object has no attribute 'x'
def make():
    class B:
        def f(self): return super().__init__
    return B
t(lambda: make().f(5))  # expect: TypeError super(type, obj): obj (instance of int) is not an instance or subtype of type (B).
