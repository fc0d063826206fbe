class C:
    def m(self, x): return self, x
c = C()
bound = c.m
print(bound(1)[0] is c, bound.__self__ is c, bound.__func__ is C.m)  # expect: True True True
print(c.m == c.m, c.m is c.m, hash(c.m) == hash(c.m), C().m == c.m)  # expect: True False True False
print(C.m(5, 6))  # expect: (5, 6)
def free(self): return "free", self
C.late = free
print(c.late()[0])  # expect: free
c.own = free
print(c.own("given"))  # expect: ('free', 'given')
print(repr(bound).startswith("<bound method C.m of <__main__.C object at 0x"))  # expect: True
print([].append.__self__, "a".upper.__name__, "a".upper())  # expect: [] upper A
try:
    bound.x = 1
except AttributeError as e:
    print(e)  # expect: 'method' object has no attribute 'x' and no __dict__ for setting new attributes
