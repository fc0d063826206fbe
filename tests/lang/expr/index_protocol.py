class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print([10, 20, 30][I(1)], "abc"[I(-1)], (1, 2, 3)[I(0):I(2)])  # expect: 20 c (1, 2)
print(hex(I(255)), range(I(3)), [0] * I(2), bytes(I(2)))  # expect: 0xff range(0, 3) [0, 0] b'\x00\x00'
class Bad:
    def __index__(self): return "x"
try:
    [1][Bad()]
except TypeError as e:
    print(e)  # expect: __index__ returned non-int (type str)
try:
    [1][1:"a"]
except TypeError as e:
    print(e)  # expect: slice indices must be integers or None or have an __index__ method
