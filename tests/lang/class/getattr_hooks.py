class C:
    x = 1
    def __getattribute__(self, n):
        print("getattribute", n)
        return super().__getattribute__(n)
    def __getattr__(self, n):
        print("getattr", n)
        if n == "bad": raise AttributeError("bad one")
        return n.upper()
    def __setattr__(self, n, v):
        print("setattr", n, v)
        super().__setattr__(n, v)
    def __delattr__(self, n):
        print("delattr", n)
        super().__delattr__(n)
c = C()
print(c.x)
# expect: getattribute x
# expect: 1
print(c.missing)
# expect: getattribute missing
# expect: getattr missing
# expect: MISSING
c.y = 2  # expect: setattr y 2
del c.y  # expect: delattr y
print(hasattr(c, "bad"), getattr(c, "bad", "default"))
# expect: getattribute bad
# expect: getattr bad
# expect: getattribute bad
# expect: getattr bad
# expect: False default
len_ = C.__len__ = lambda self: 3
print(len(c))  # expect: 3
try:
    del c.zz  # expect: delattr zz
except AttributeError as e:
    print(e)  # expect: 'C' object has no attribute 'zz'
