def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
def a():
    l = [3, 1, 2]
    def key(x):
        l.append(x)
        return x
    l.sort(key=key)
def b():
    l = [3, 1, 2]
    seen = []
    def key(x):
        seen.append(len(l))
        return x
    l.sort(key=key)
    return seen, l
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        big.clear()
        return self.v < o.v
big = [C(i % 7) for i in range(50)]
def c():
    big.sort()
def d():
    l = [1, "a", 2]
    l.sort()
def e():
    l = [3, 1, 2]
    l.sort(key=lambda x: 1 / (x - 1))
def f():
    l = [3, 2, 1]
    try: l.sort(key=lambda x: l.pop())
    except Exception as e: return type(e).__name__, len(l)
for x in (a, b, c, d, e, f): t(x)
# expect: ValueError list modified during sort
# expect: ([0, 0, 0], [1, 2, 3])
# expect: None
# expect: TypeError '<' not supported between instances of 'str' and 'int'
# expect: ZeroDivisionError division by zero
# expect: ('IndexError', 3)
