def loop(xs):
    total = 0
    for i, x in enumerate(xs):
        if x is None:
            continue
        total += x
        if total > 100:
            break
    else:
        total = -1
    return total


def comprehensions(xs, n):
    a = [x * n for x in xs if x]
    b = {k: v for k, v in a}
    c = {x for row in xs for x in row}
    d = [lambda: x for x in xs]
    return a, b, c, d, sum(x for x in xs)
