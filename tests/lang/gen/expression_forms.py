def g():
    a = yield
    b = (yield a) or "none"
    c = yield b, 1
    print([(yield 1), (yield 2)])
    d = yield (yield 3)
    return a, b, c, d
it = g()
out = [next(it)]
try:
    for v in ("A", None, "C", "p", "q", "D", "E"):
        out.append(it.send(v))
except StopIteration as e:
    print(e.value)
# expect: ['p', 'q']
# expect: ('A', 'none', 'C', 'E')
print(out)  # expect: [None, 'A', ('none', 1), 1, 2, 3, 'D']
