"""Lists and tuples that die give their items up from the last to the first."""
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
def f(): 
    t = (D(1), D(2), D(3)); del t
    t = [D(1), D(2), D(3)]; del t
    t = [D(1), D(2), D(3)]; t.clear()
    t = [D(1), D(2), D(3)]; t[:] = []
    t = [D(1), D(2), D(3)]; del t[0:2]; print(); del t
    t = {D(1), }; del t
    t = {1: D(1), 2: D(2), 3: D(3)}; del t
    t = {1: D(1), 2: D(2), 3: D(3)}; t.clear()
    a, b, c = D(1), D(2), D(3)
f()
# expect: del 3
# expect: del 2
# expect: del 1
# expect: del 3
# expect: del 2
# expect: del 1
# expect: del 3
# expect: del 2
# expect: del 1
# expect: del 3
# expect: del 2
# expect: del 1
# expect: del 2
# expect: del 1
# expect:
# expect: del 3
# expect: del 1
# expect: del 1
# expect: del 2
# expect: del 3
# expect: del 1
# expect: del 2
# expect: del 3
# expect: del 3
# expect: del 2
# expect: del 1
t = tuple(D(k) for k in range(30)); del t
# expect: del 29
# expect: del 28
# expect: del 27
# expect: del 26
# expect: del 25
# expect: del 24
# expect: del 23
# expect: del 22
# expect: del 21
# expect: del 20
# expect: del 19
# expect: del 18
# expect: del 17
# expect: del 16
# expect: del 15
# expect: del 14
# expect: del 13
# expect: del 12
# expect: del 11
# expect: del 10
# expect: del 9
# expect: del 8
# expect: del 7
# expect: del 6
# expect: del 5
# expect: del 4
# expect: del 3
# expect: del 2
# expect: del 1
# expect: del 0
from collections import deque
t = deque(D(k) for k in range(4)); del t
# expect: del 0
# expect: del 1
# expect: del 2
# expect: del 3
class C: pass
c = C(); c.a = D(1); c.b = D(2); c.c = D(3); del c
# expect: del 1
# expect: del 2
# expect: del 3
class S: __slots__ = "a", "b"
s = S(); s.b = D(2); s.a = D(1); del s
# expect: del 1
# expect: del 2
def g():
    p = [D(1), D(2), D(3)]
    p[0:2] = [D(4), D(5)]
    print("a")
    q = [D(6), D(7)]
    p[:2] = q
    print("b", len(q))
    p[:] = [x for x in p]
    p[:3] = p[::-1]
    print("c")
    r = list(range(10))
    for k in range(5): r[:k+1] = r[k::-1]
    print(r)
g()
# expect: del 2
# expect: del 1
# expect: a
# expect: del 5
# expect: del 4
# expect: b 2
# expect: c
# expect: [4, 2, 0, 1, 3, 5, 6, 7, 8, 9]
# expect: del 6
# expect: del 7
# expect: del 3
