# Objects die at the moment the container forgets them, also from inside a builtin.
class C:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
    def __eq__(self, o): return False
    def __hash__(self): return self.n
l = [C(1), C(2)]
l[0] = None  # expect: del 1
l.pop()  # expect: del 2
print("popped")  # expect: popped
l[:] = []
s = {C(3)}
s.clear()  # expect: del 3
l = [C(4), C(5)]
del l[0:2]
# expect: del 5
# expect: del 4
l = [C(6)] * 3
l.pop(); l.pop()
print("one left")  # expect: one left
l *= 0  # expect: del 6
t = (C(7),)
t = None  # expect: del 7
print("end")  # expect: end
