"""Generators resumed by loops and `yield from`, also while somebody looks at their frames."""
import sys


def count(n):
    for i in range(n):
        yield i


def outer(n):
    received = yield from count(n)
    return received


print(sum(count(5)), list(outer(3)))  # expect: 10 [0, 1, 2]


def looking():
    for i in range(3):
        frame = sys._getframe()
        yield frame.f_locals["i"], frame.f_back.f_code.co_name


def consumer():
    return [pair for pair in looking()]


print(consumer())  # expect: [(0, 'consumer'), (1, 'consumer'), (2, 'consumer')]


# What is sent reaches the innermost generator.
def echo():
    got = None
    while got != "end":
        got = yield got
    return "done"


def relay():
    return (yield from echo())


generator = relay()
print(next(generator), generator.send("a"), generator.send([1]))  # expect: None a [1]
try:
    generator.send("end")
except StopIteration as stop:
    print(stop.value)  # expect: done


# A generator handles its own exceptions: those of whoever resumes it are not in the way.
def handling():
    try:
        raise KeyError("inner")
    except KeyError:
        yield sys.exception()
        yield sys.exception()
    yield sys.exception()


try:
    raise ValueError("outer")
except ValueError:
    for seen in handling():
        print(repr(seen), repr(sys.exception()))
# expect: KeyError('inner') ValueError('outer')
# expect: KeyError('inner') ValueError('outer')
# expect: ValueError('outer') ValueError('outer')


def itself():
    for item in running:
        yield item


running = itself()
try:
    for item in running:
        pass
except ValueError as error:
    print(error)  # expect: generator already executing


def deep(n):
    if n:
        yield from deep(n - 1)
    else:
        yield "bottom"


print(list(deep(200)))  # expect: ['bottom']
try:
    print(list(deep(100_000)))
except RecursionError as error:
    print("too deep")  # expect: too deep


# The value of a finished generator in the middle of others, and one that is dropped while suspended.
class Noisy:
    def __del__(self):
        print("dropped")


def holds():
    noisy = Noisy()
    yield 1
    yield 2


for item in holds():
    print(item)
    break
else:
    print("not reached")
# expect: 1
# expect: dropped
print("after")  # expect: after
