# The right operand's reflected method goes first when its class is a proper subclass that
# provides it.
class A:
    def __add__(self, o): return "A.add"
    def __radd__(self, o): return "A.radd"
class B(A):
    def __radd__(self, o): return "B.radd"
class C(A):
    pass
class D:
    def __radd__(self, o): return "D.radd"
class E:
    def __add__(self, o): return NotImplemented
print(A() + B(), A() + C(), B() + A(), A() + D(), E() + D(), 1 + D(), [] + D())  # expect: B.radd A.add A.add A.add D.radd D.radd D.radd
try:
    E() + E()
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +: 'E' and 'E'
try:
    E() + 1
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +: 'E' and 'int'
