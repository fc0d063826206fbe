class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
def f():
    a = C("a")
    b = C("b")
    c = C("c")
    print("end of f")
f()
# expect: end of f
# expect: del c
# expect: del b
# expect: del a
