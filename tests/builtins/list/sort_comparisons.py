# Only __lt__ is used, and one comparison fewer than elements is enough when already sorted.
count = 0
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        global count
        count += 1
        return self.v < o.v
def cost(values):
    global count
    count = 0
    r = sorted(C(v) for v in values)
    return count, [c.v for c in r] == sorted(values)
print(cost(range(100)), cost(range(100, 0, -1)), cost([5]), cost([]), cost([1, 2]), cost([1] * 50))  # expect: (99, True) (99, True) (0, True) (0, True) (1, True) (49, True)
class OnlyGt:
    def __init__(self, v): self.v = v
    def __gt__(self, o): return self.v > o.v
print([x.v for x in sorted([OnlyGt(2), OnlyGt(1)])])  # expect: [1, 2]
class Truthy:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return [] if self.v > o.v else "yes"
print([x.v for x in sorted([Truthy(2), Truthy(3), Truthy(1)])])  # expect: [1, 2, 3]
