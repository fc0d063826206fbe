class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
c = C("global")
print("end of module")  # expect: end of module
# expect: del global
