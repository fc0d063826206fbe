# Special methods of `object` that end in each other raise RecursionError wherever they begin, and again afterwards.
class A:
    pass
A.__repr__ = A.__str__
class B:
    pass
B.__eq__ = B.__ne__
class C:
    pass
C.__reduce__ = lambda self: self.__reduce_ex__(2)
ring = (A(), [A(), {1: A()}])
for _ in range(3):
    for action in (lambda: repr(ring), lambda: f"{A()}", lambda: [B()] == [B()], lambda: B() in (B(),), lambda: C().__reduce_ex__(4)):
        try:
            action()
            print("no error")
        except RecursionError:
            pass
print("ok")  # expect: ok
