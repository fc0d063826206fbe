# PEP 479
def g():
    yield 1
    raise StopIteration("inside")
it = g()
next(it)
try:
    next(it)
except RuntimeError as e:
    print(e, repr(e.__cause__), e.__context__ is e.__cause__)  # expect: generator raised StopIteration StopIteration('inside') True
def h():
    yield next(iter([]))
try:
    list(h())
except RuntimeError as e:
    print(e)  # expect: generator raised StopIteration
print(list(x for x in [1]))  # expect: [1]
try:
    list(next(iter([])) for _ in [1])
except RuntimeError as e:
    print(e)  # expect: generator raised StopIteration
