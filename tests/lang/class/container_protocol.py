class S:
    def __len__(self): return 3
    def __getitem__(self, i):
        if isinstance(i, slice): return ("slice", i.start, i.stop, i.step)
        if not -3 <= i < 3: raise IndexError(i)
        return i * 10
    def __missing__(self, k): return "not used"
s = S()
print(list(s), 10 in s, s[1:2], s[-1], list(reversed(s)), [*s])  # expect: [0, 10, 20] True ('slice', 1, 2, None) -10 [20, 10, 0] [0, 10, 20]
a, b, c = s
print(a, b, c)  # expect: 0 10 20
class D(dict):
    def __missing__(self, k): return "missing " + k
print(D(a=1)["a"], D()["z"], D().get("z"))  # expect: 1 missing z None
class R:
    def __reversed__(self): return iter("rev")
print(list(reversed(R())))  # expect: ['r', 'e', 'v']
class N:
    __reversed__ = None
    def __len__(self): return 1
    def __getitem__(self, i): return i
try:
    reversed(N())
except TypeError as e:
    print(e)  # expect: 'N' object is not reversible
class LH:
    def __length_hint__(self): return -5
    def __iter__(self): return iter(())
try:
    list(LH())
except ValueError as e:
    print(e)  # expect: __length_hint__() should return >= 0
