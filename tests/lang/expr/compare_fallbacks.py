class A: pass
a = A()
print(a == a, a == A(), a != A())  # expect: True False True
try:
    a < A()
except TypeError as e:
    print(e)  # expect: '<' not supported between instances of 'A' and 'A'
class B:
    def __eq__(self, o): return NotImplemented
    def __gt__(self, o): return "B.gt"
print(B() == 1, B() != 1, 1 < B(), A() < B())  # expect: False True B.gt B.gt
class C:
    def __eq__(self, o): return "eq"
print(C() == 1, C() != 1, 1 == C(), 1 != C())  # expect: eq False eq False
