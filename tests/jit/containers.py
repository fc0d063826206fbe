# Lists, tuples, bytearrays, ranges and iterators in loops.
def items(n):
    a = list(range(10))
    s = 0
    for i in range(n):
        s += a[i % 10] + a[-1 - i % 10]
        a[i % 10] = a[-(i % 10) - 1]
    return s, a
print(items(60))  # expect: (815, [9, 8, 7, 6, 5, 5, 6, 7, 8, 9])
def bounds(n):
    a = [1, 2, 3]
    try:
        for i in range(n):
            a[i % 3 if i < 45 else 7] += 1
    except IndexError as e:
        return i, str(e), a
print(bounds(60))  # expect: (45, 'list index out of range', [16, 17, 18])
def grid(n):
    rows = [[0] * 5 for _ in range(5)]
    for k in range(n):
        for i in range(5):
            for j in range(i, 5):
                rows[i][j] += k * j - i
    return rows[1], rows[4]
print(grid(12))  # expect: ([0, 54, 120, 186, 252], [0, 0, 0, 0, 216])
def grow(n):
    out = []
    for i in range(n):
        out.append(i * 0.5)
    return len(out), out[-1], sum(out)
print(grow(100))  # expect: (100, 49.5, 2475.0)
def flags(n):
    b = bytearray(n)
    for i in range(2, n):
        for j in range(i + i, n, i):
            b[j] = 1
    return [i for i in range(2, n) if not b[i]]
print(flags(50))  # expect: [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
def byte_range(n):
    b = bytearray(4)
    try:
        for i in range(n):
            b[i % 4] = i * 6
    except ValueError as e:
        return i, str(e)
print(byte_range(60))  # expect: (43, 'byte must be in range(0, 256)')
def pairs(n):
    s = 0
    for i, x in enumerate([2, 4, 6] * n):
        s += i * x
    for a, b in zip(range(n), range(n, 0, -1)):
        s += a * b
    for k, v in {i: i * i for i in range(n)}.items():
        s += v - k
    return s
print(pairs(40))  # expect: 59140
def shared(n):
    it = iter(range(n))
    out = []
    for i in it:
        if i % 5 == 0:
            next(it, None)
        out.append(i)
    return out[-4:], list(it)
print(shared(60))  # expect: ([55, 57, 58, 59], [])
def tuples(n):
    t, long, s = (1, 2, 3), tuple(range(500)), 0
    for i in range(n):
        s += t[i % 3] + long[i * 7 % 500]
    return s
print(tuples(80))  # expect: 18279
