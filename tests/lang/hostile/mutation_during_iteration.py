def t(f):
    try:
        print(f())
    except RuntimeError as e:
        print("RuntimeError", e)
def a():
    d = {1: 1}
    for k in d: d[k + 1] = 1
def b():
    d = {1: 1, 2: 2}
    for k in d: del d[k]
def c():
    s = {1}
    for x in s: s.add(x + 1)
def d():
    l = [1, 2, 3]
    for x in l:
        if len(l) < 6: l.append(x)
    return l
def e():
    l = [1, 2, 3, 4]
    for x in l: l.remove(x)
    return l
def f():
    d = {1: 1, 2: 2}
    for k in d: d[k] = 5
    return d
def g():
    d = {1: 1}
    for k, v in d.items(): d.clear()
    return d
def h():
    d = {1: 1, 2: 2}
    it = iter(d)
    next(it)
    del d[1]
    d[3] = 3
    return list(it)
def i():
    l = [1]
    it = iter(l)
    list(it)
    l.append(2)
    return list(it)
def j():
    s = {1, 2, 3}
    it = iter(s)
    next(it)
    s.clear()
    return next(it)
def k():
    b = bytearray(b"abc")
    for x in b:
        if len(b) > 1: del b[-1]
    return b
def m():
    d = dict.fromkeys(range(5))
    return [d.pop(k) for k in list(d)], d
for x in (a, b, c, d, e, f, g, h, i, j, k, m): t(x)
# expect: RuntimeError dictionary changed size during iteration
# expect: RuntimeError dictionary changed size during iteration
# expect: RuntimeError Set changed size during iteration
# expect: [1, 2, 3, 1, 2, 3]
# expect: [2, 4]
# expect: {1: 5, 2: 5}
# expect: RuntimeError dictionary changed size during iteration
# expect: RuntimeError dictionary keys changed during iteration
# expect: []
# expect: RuntimeError Set changed size during iteration
# expect: bytearray(b'a')
# expect: ([None, None, None, None, None], {})
