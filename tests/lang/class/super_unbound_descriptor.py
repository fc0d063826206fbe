class A:
    def f(self): return "A.f"
class B(A):
    def f(self): return self.__sup.f()
B._B__sup = super(B)
print(B().f())  # expect: A.f
