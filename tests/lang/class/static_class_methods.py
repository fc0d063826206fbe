class C:
    @classmethod
    def c(cls, x): return cls.__name__, x
    @staticmethod
    def s(x): return x
class D(C): pass
print(C.c(1), D.c(2), D().c(3), C.s(4), D().s(5))  # expect: ('C', 1) ('D', 2) ('D', 3) 4 5
print(type(C.__dict__["c"]).__name__, type(C.__dict__["s"]).__name__)  # expect: classmethod staticmethod
print(C.__dict__["c"].__func__.__name__, C.__dict__["s"].__wrapped__.__name__, C.__dict__["s"](9))  # expect: c s 9
try:
    C.__dict__["c"](1)
except TypeError as e:
    print(e)  # expect: 'classmethod' object is not callable
sm = staticmethod(len)
print(sm([1, 2]), repr(staticmethod(5)), repr(classmethod(5)))  # expect: 2 <staticmethod(5)> <classmethod(5)>
class E:
    s = staticmethod(5)
    try:
        c = classmethod(property(lambda cls: 1))
    except TypeError as e:
        print(e)
print(E.s)  # expect: 5
