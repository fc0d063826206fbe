class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
    def method(self): print("method")
def f(x): print("in f")
f(C("argument"))
# expect: in f
# expect: del argument
C("receiver").method()
# expect: method
# expect: del receiver
def g(): return C("result")
g()  # expect: del result
print("after")  # expect: after
x = [C("item")][0]
print("taken out")  # expect: taken out
x = 0  # expect: del item
(C("a"), C("b"))[0]
# expect: del b
# expect: del a
print("end")  # expect: end
