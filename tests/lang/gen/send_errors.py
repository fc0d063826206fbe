def g():
    yield
it = g()
try:
    it.send(1)
except TypeError as e:
    print(e)  # expect: can't send non-None value to a just-started generator
next(it)
try:
    it.send(1)
except StopIteration:
    print("done")  # expect: done
try:
    it.send(1)
except StopIteration:
    print("still done")  # expect: still done
def h():
    yield next(me)
me = h()
try:
    next(me)
except ValueError as e:
    print(e)  # expect: generator already executing
