class M:
    def __init__(self, v): self.v = v
    def __matmul__(self, o): return ("matmul", self.v, o)
    def __rmatmul__(self, o): return ("rmatmul", self.v, o)
    def __imatmul__(self, o): return ("imatmul", self.v, o)
m = M(1)
print(m @ 2, 2 @ m)  # expect: ('matmul', 1, 2) ('rmatmul', 1, 2)
m @= 3
print(m)  # expect: ('imatmul', 1, 3)
try:
    1 @ 2
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for @: 'int' and 'int'
