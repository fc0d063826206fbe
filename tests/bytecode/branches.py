def chain(a, b, c):
    return a < b < c or a and not b


def tests(x, y):
    if x is None or y in (1, 2):
        return 1
    while x and not y > 3:
        x = x if y else -x
    return a if (a := x) else y


def rebinding(x):
    return x + (x := 2), f(x, (x := 3))
