class It:
    def __init__(self): self.n = 0
    def __iter__(self):
        print("iter")
        return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("end value")
        return self.n
for i in It():
    print(i)
# expect: iter
# expect: 1
# expect: 2
class Seq:
    def __getitem__(self, i):
        if i == 2: raise IndexError
        return "s%d" % i
print(list(Seq()))  # expect: ['s0', 's1']
class Stop:
    def __getitem__(self, i): raise StopIteration
print(list(Stop()))  # expect: []
