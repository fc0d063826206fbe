class V:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return "V%d" % self.v
print(sorted([V(3), V(1), V(2)]), min(V(2), V(1)), max([V(1), V(5)]))  # expect: [V1, V2, V3] V1 V5
try:
    V(1) <= V(2)
except TypeError as e:
    print(e)  # expect: '<=' not supported between instances of 'V' and 'V'
