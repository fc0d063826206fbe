# Dropping a long chain does not recurse.
class Node:
    __slots__ = "next",
    def __init__(self, next): self.next = next
n = None
for _ in range(300000): n = Node(n)
del n
l = []
for _ in range(300000): l = [l]
del l
t = ()
for _ in range(300000): t = (t,)
del t
d = {}
for _ in range(100000): d = {"k": d}
del d
def chain(f): return lambda: f
f = None
for _ in range(100000): f = chain(f)
del f
print("ok")  # expect: ok
