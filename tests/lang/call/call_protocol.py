class A:
    def __call__(self, *a, **k): return a, k
a = A()
print(a(1, x=2), callable(a), callable(A), callable(5))  # expect: ((1,), {'x': 2}) True True False
class B:
    __call__ = A()
print(B()(7))  # expect: ((7,), {})
class C:
    @staticmethod
    def __call__(x): return ("static", x)
print(C()(1))  # expect: ('static', 1)
class D:
    @classmethod
    def __call__(cls, x): return (cls.__name__, x)
print(D()(2))  # expect: ('D', 2)
