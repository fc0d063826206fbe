class N:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        print("lt", self.v, o.v)
        return self.v < o.v
a, b, c = N(1), N(3), N(2)
print(a < b < c)
# expect: lt 1 3
# expect: lt 3 2
# expect: False
print(c < b < a)
# expect: lt 2 3
# expect: lt 3 1
# expect: False
print(1 < 2 == 2 != 3 in [3] is not None)  # expect: True
