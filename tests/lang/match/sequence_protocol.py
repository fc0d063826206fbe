class Mine:
    def __len__(self): return 2
    def __getitem__(self, i): return i
match Mine():
    case [a, b]: print("matched without being registered")
    case _: print("not a sequence")
# expect: not a sequence
from collections.abc import Sequence
class Real(Sequence):
    def __len__(self):
        print("len")
        return 3
    def __getitem__(self, i):
        print("get", i)
        if i > 2: raise IndexError
        return i * 10
match Real():
    case [a, *mid, c]: print(a, mid, c)
# expect: len
# expect: get 0
# expect: get 1
# expect: get 2
# expect: get 3
# expect: 0 [10] 20
match Real():
    case [a, b]: pass
    case [_, _, _]: print("no gets for wildcards")
# expect: len
# expect: len
# expect: no gets for wildcards
