class C: pass
c = C()
c.__len__ = lambda: 5
c.__str__ = lambda: "instance"
try:
    len(c)
except TypeError as e:
    print(e)  # expect: object of type 'C' has no len()
C.__len__ = lambda self: 7
print(len(c), str(c) == "instance")  # expect: 7 False
class D:
    def __getattr__(self, n):
        return lambda *a: "via getattr"
try:
    len(D())
except TypeError as e:
    print(e)  # expect: object of type 'D' has no len()
print(D().__len__())  # expect: via getattr
