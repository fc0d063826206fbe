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

# Pickling asks the type alone for `__getnewargs__` and `__getnewargs_ex__`.
class Picky:
    def __getstate__(self):
        return {}
    def __getattr__(self, name):
        assert not name.startswith("__getnewargs"), name
print(Picky().__reduce_ex__(2)[1:3])  # expect: ((<class '__main__.Picky'>,), {})
