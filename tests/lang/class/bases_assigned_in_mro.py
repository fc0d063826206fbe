class Meta(type):
    ready = False
    def mro(cls):
        if Meta.ready and cls.__name__ == "C":
            Meta.ready = False
            C.__bases__ = (B2,)
        return type.mro(cls)
class A(metaclass=Meta): pass
class B1(A): pass
class B2(A): pass
class C(A): pass
Meta.ready = True
C.__bases__ = (B1,)
print(C.__bases__, B2.__subclasses__(), B1.__subclasses__())  # expect: (<class '__main__.B2'>,) [<class '__main__.C'>] []
try:
    A.__bases__ = (C,)
except TypeError as e:
    print(e)  # expect: a __bases__ item causes an inheritance cycle
class Failing(type):
    def mro(cls):
        if Failing.fail:
            raise ValueError("no order")
        return type.mro(cls)
    fail = False
class X(metaclass=Failing): pass
class Y(X): pass
class Z(Y): pass
Failing.fail = True
try:
    Z.__bases__ = (X,)
except ValueError as e:
    print(e, Z.__bases__, Z.__mro__)  # expect: no order (<class '__main__.Y'>,) (<class '__main__.Z'>, <class '__main__.Y'>, <class '__main__.X'>, <class 'object'>)
