class A: pass
A.__repr__ = A.__str__
class B: pass
B.__eq__ = B.__ne__
class C: pass
C.__reduce__ = lambda self: self.__reduce_ex__(2)
for action in (lambda: repr(A()), lambda: str(A()), lambda: B() == B(), lambda: C().__reduce_ex__(2)):
    try:
        action()
    except RecursionError as e:
        print(type(e).__name__)
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
