import gc
class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, hasattr(self, "other"))
a = C("a")
a.other = a
del a
gc.collect()  # expect: del a True
x, y = C("x"), C("y")
x.other, y.other = y, x
del x, y
gc.collect()
# expect: del x True
# expect: del y True
print(gc.garbage)  # expect: []
