"""partial, lru_cache, attrgetter and itemgetter objects, and sums over generator expressions."""
from functools import lru_cache, partial
from operator import attrgetter, itemgetter

N = 20000
OPS = 7


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def add(a, b):
    return a + b


@lru_cache(maxsize=None)
def square(x):
    return x * x


def run(n):
    inc = partial(add, 1)
    y_of = attrgetter("y")
    second = itemgetter(1)
    p = Point(3, 4)
    pair = (5, 6)
    few = [1, 2, 3, 4]
    t = 0
    for i in range(n):
        t += inc(i) + square(i & 31) + y_of(p) + second(pair)
        t += sum(x * 2 for x in few)
        if any(x > 2 for x in few) and all(x > 0 for x in few):
            t += 1
    return t


if __name__ == "__main__":
    from _bench import main

    main(run, N, ops=OPS)
