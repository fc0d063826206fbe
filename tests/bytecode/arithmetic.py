def fib(n, *, k=3):
    "Doc."
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def constants():
    return 2 ** 10 + 1, "a" "b" * 3, (1, 2)[0], -1, not 0, 1 << 200


def in_place(x, y):
    x += 1
    y[0] -= x
    y.total *= 2
    return x
