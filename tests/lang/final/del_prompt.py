class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
c = C("rebound")
c = None  # expect: del rebound
print("after rebinding")  # expect: after rebinding
C("temporary")  # expect: del temporary
print("after temporary")  # expect: after temporary
l = [C("in list")]
l.clear()  # expect: del in list
print("after clear")  # expect: after clear
d = {"k": C("in dict")}
d["k"] = 1  # expect: del in dict
print("after overwrite")  # expect: after overwrite
def f():
    x = C("local")
    print("in f")
f()
# expect: in f
# expect: del local
print("after f")  # expect: after f
