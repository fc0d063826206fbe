# Names, functions and methods that a compiled loop took for granted are changed under it.
limit = 3
def scale(x): return x * limit
def run(n):
    global limit
    s = 0
    for i in range(n):
        s += scale(i)
        if i == 45:
            limit = 100
    return s
print(run(50))  # expect: 22105
def other(x): return -x
def swap(n):
    global scale
    s = 0
    for i in range(n):
        s += scale(1)
        if i == 45:
            scale = other
    return s
print(swap(50))  # expect: 4596
class P:
    def __init__(self): self.k = 1
    def step(self, d): self.k += d; return self.k
def method(n):
    p, s = P(), 0
    for i in range(n):
        s += p.step(2)
        if i == 45:
            P.step = lambda self, d: 1000
    return s
print(method(50))  # expect: 6208
def shape(n):
    p, s = P(), 0
    for i in range(n):
        p.k = i
        if i == 45:
            p.extra = 7
        if i == 47:
            del p.k
            p.k = 5
        s += p.k
    return s, p.__dict__
print(shape(50))  # expect: (1183, {'extra': 7, 'k': 49})
def code(n):
    def inner(x): return x + 1
    def another(x): return x + 100
    s = 0
    for i in range(n):
        s += inner(i)
        if i == 45:
            inner.__code__ = another.__code__
    return s
print(code(50))  # expect: 1671
def shadow(n):
    global len
    out, items = 0, [1, 2, 3]
    for i in range(n):
        out += len(items)
        if i == 45:
            len = lambda x: 50
    del len
    return out
print(shadow(50))  # expect: 338
