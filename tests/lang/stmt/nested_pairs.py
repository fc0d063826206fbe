# Tuples assigned to nested targets: all values first, then all targets in order.
def f():
    log = []
    class X:
        def __setattr__(self, name, value):
            log.append((name, value))
    o, a = X(), [0, 0]
    def g(n):
        log.append(n)
        return n
    a[g(0)], (o.q, [z, w]) = g(1), (g(2), (g(3), g(4)))
    x, (y, x) = 1, (2, 3)
    p, (q, r) = 5, (6, 7)
    p, (q, r) = r, (p, q)
    (m, n), k = [(1, 2), 3]
    (h,), = (9,),
    try:
        x, (y, z) = 1, (2, 3, 4)
    except ValueError as e:
        log.append(str(e))
    x, (y, *z) = 1, (2, 3, 4)
    try:
        u, (v, t) = 1, (2, undefined)
    except NameError as e:
        log.append(str(e))
    return log, a, x, y, z, w, p, q, r, m, n, k, h

log, *rest = f()
print(log)
# expect: [1, 2, 3, 4, 0, ('q', 2), 'too many values to unpack (expected 2, got 3)', "name 'undefined' is not defined"]
print(rest)  # expect: [[1, 0], 1, 2, [3, 4], 4, 7, 5, 6, 1, 2, 3, 9]
