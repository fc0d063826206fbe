class A: pass
class B(A): pass
print(isinstance(B(), A), isinstance(A(), B), issubclass(B, A), isinstance(1, (str, (int, float))), issubclass(bool, int), isinstance(True, int), isinstance(A, type), issubclass(A, object), isinstance(1, int | str), isinstance(None, type(None)), isinstance(None, int | None), issubclass(int, (str, int)), isinstance([], object), isinstance(1, ()))  # expect: True False True True True True True True True True True True True False
class M(type):
    def __instancecheck__(c, o): return "truthy"
    def __subclasscheck__(c, o): return 0
class C(metaclass=M): pass
print(isinstance(5, C), issubclass(int, C), isinstance(C(), C))  # expect: True False True
class Fake:
    __bases__ = (A,)
    __class__ = B
print(isinstance(Fake(), B), issubclass(type("X", (A,), {}), A))  # expect: True True
class Duck:
    def __init__(self): self.__bases__ = ()
try:
    print(issubclass(Duck(), Duck()))  # expect: False
except TypeError as e:
    print(e)
deep = (int,)
for _ in range(20000): deep = (deep,)
try:
    isinstance(1, deep)
    print("survived")  # expect: survived
except RecursionError as e:
    print("survived")
