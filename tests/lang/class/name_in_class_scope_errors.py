class C:
    x = [1, 2]
    y = [a for a in x]
    z = lambda: x
    def m(self): return self.x
    for i in x: pass
print(C.y, C.i)  # expect: [1, 2] 2
try:
    C.z()
except NameError as e:
    print(e)  # expect: name 'x' is not defined
class D:
    __class__ = 5
print(D().__class__)  # expect: 5
