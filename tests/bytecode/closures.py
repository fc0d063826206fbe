def outer(x):
    def inner():
        nonlocal x
        x += 1
        return x
    return inner


def swap(a, b):
    a, b = b, a
    (c, *d), e = a
    del c
    return d, e
