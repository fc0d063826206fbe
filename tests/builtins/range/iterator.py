it = iter(range(5))
print(next(it), it.__length_hint__(), list(it), next(it, "end"), type(it).__name__)  # expect: 0 4 [1, 2, 3, 4] end range_iterator
it = iter(range(10 ** 20, 10 ** 20 + 3))
print(type(it).__name__, list(it))  # expect: longrange_iterator [100000000000000000000, 100000000000000000001, 100000000000000000002]
it = iter(range(0, 10, 3))
it.__setstate__(2)
print(list(it), it.__reduce__()[1:] if False else "")  # expect: [6, 9] 
class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print(range(I(2), I(8), I(3)), list(range(I(3))), 2 in range(I(5)))  # expect: range(2, 8, 3) [0, 1, 2] True
for i in range(3):
    i = 100
print(i)  # expect: 100
