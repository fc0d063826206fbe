class Clear:
    def __init__(self, target): self.target = target
    def __eq__(self, o):
        self.target.clear()
        return False
    def __lt__(self, o):
        self.target.clear()
        return True
    def __hash__(self): return 1
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
def a():
    l = []
    l.extend([Clear(l), 1, 2])
    return 5 in l
def b():
    l = []
    l.extend([Clear(l)] * 3)
    return l == [1, 2, 3]
def c():
    l = []
    l.extend([Clear(l)] * 3)
    return l.index(7)
def d():
    l = []
    l.extend([Clear(l)] * 3)
    l.remove(7)
def e():
    l = []
    l.extend([Clear(l)] * 3)
    return l.count(7)
def f():
    l = []
    l.extend([Clear(l)] * 3)
    return l < [1, 2, 3]
def g():
    d = {}
    d[Clear(d)] = 1
    return d.get(Clear({}), "gone"), len(d)
def h():
    d = {}
    d[Clear(d)] = 1
    d[Clear({})] = 2
    return len(d)
def i():
    s = set()
    s.add(Clear(s))
    return Clear({}) in s, len(s)
def j():
    s = set()
    s.add(Clear(s))
    return len(s | {Clear({})})
def k():
    d = {}
    d[1] = Clear(d)
    return d == {1: 2}
def m():
    l = []
    l.extend([Clear(l), Clear(l)])
    return max(l) is not None
for x in (a, b, c, d, e, f, g, h, i, j, k, m): t(x)
# expect: False
# expect: False
# expect: ValueError list.index(x): x not in list
# expect: ValueError list.remove(x): x not in list
# expect: 0
# expect: True
# expect: ('gone', 0)
# expect: 1
# expect: (False, 0)
# expect: 2
# expect: False
# expect: True
