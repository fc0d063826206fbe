class A:
    a: int
class B(A):
    pass
print(B.__annotations__, A.__annotations__)  # expect: {} {'a': <class 'int'>}
A.__annotations__ = {"q": 1}
print(A.__annotations__, A.__annotate__)  # expect: {'q': 1} None
del A.__annotations__
print(A.__annotations__)  # expect: {}
class M:
    if True:
        t: str = "x"
    for i in range(2):
        u: i
print(M.__annotations__)  # expect: {'t': <class 'str'>, 'u': 1}
class N:
    def m(self, x: Inner): ...
    class Inner: ...
    Alias = Inner
print(N.m.__annotations__["x"] is N.Inner)  # expect: True
