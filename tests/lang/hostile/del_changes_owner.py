# A finaliser that changes the container which is dropping it.
class C:
    def __init__(self, owner): self.owner = owner
    def __del__(self): self.owner.append("from del")
l = []
l.extend([C(l), C(l), C(l)])
l[:] = []
print(l)  # expect: ['from del', 'from del', 'from del']
l = []
l.append(C(l))
l.pop()
print(l)  # expect: ['from del']
l = []
l.extend(C(l) for _ in range(3))
del l[1:]
print(len(l), l[1:])  # expect: 3 ['from del', 'from del']
l.clear()
print(l)  # expect: ['from del']
class D:
    def __init__(self, d): self.d = d
    def __del__(self): self.d["from del"] = 1
d = {}
d["x"] = D(d)
d["x"] = None
print(d)  # expect: {'x': None, 'from del': 1}
d["x"] = D(d)
d.clear()
print(d)  # expect: {'from del': 1}
d["y"] = D(d)
del d["y"]
print(d)  # expect: {'from del': 1}
d.setdefault("z", D(d))
d.pop("z")
print(d)  # expect: {'from del': 1}
