class It:
    def __init__(self, l): self.l = l
    def __iter__(self): return self
    def __next__(self):
        if len(self.l) > 5: raise StopIteration
        self.l.append("grown")
        return 1
l = []
l.extend(It(l))
print(l)  # expect: ['grown', 1, 'grown', 1, 'grown', 1]
l = [0]
l[0:1] = It(l)
print(l)  # expect: [1, 1, 1, 1, 1, 'grown', 'grown', 'grown', 'grown', 'grown']
l = []
l += It(l)
print(len(l))  # expect: 6
d = {}
def pairs():
    for i in range(5):
        d[i * 100] = "inner"
        yield i, i
d.update(pairs())
print(d)  # expect: {0: 0, 100: 'inner', 1: 1, 200: 'inner', 2: 2, 300: 'inner', 3: 3, 400: 'inner', 4: 4}
s = set()
def items():
    for i in range(5):
        s.add(i + 50)
        yield i
s.update(items())
print(sorted(s))  # expect: [0, 1, 2, 3, 4, 50, 51, 52, 53, 54]
z = zip(iter([1, 2]), (next(z) for _ in [1]))
try:
    print(list(z))
except (RuntimeError, ValueError) as e:
    print(type(e).__name__)  # expect: ValueError
m = map(lambda x: list(m), [1, 2, 3])
print(list(m))  # expect: [[[[]]]]
