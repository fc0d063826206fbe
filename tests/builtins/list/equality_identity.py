# `in`, index, count and remove compare by identity first.
class Never:
    def __eq__(self, o): return False
n = Never()
l = [1, n, 2]
print(n in l, l.index(n), l.count(n), Never() in l, l == [1, n, 2], l == [1, Never(), 2])  # expect: True 1 1 False True False
l.remove(n)
print(l)  # expect: [1, 2]
log = []
class E:
    def __init__(self, n): self.n = n
    def __eq__(self, o):
        log.append((self.n, getattr(o, "n", o)))
        return NotImplemented
print([E(1)] == [E(2)], log)  # expect: False [(1, 2), (2, 1)]
log.clear()
print(E("left") in [E("a"), E("b")], log)  # expect: False [('a', 'left'), ('left', 'a'), ('b', 'left'), ('left', 'b')]
