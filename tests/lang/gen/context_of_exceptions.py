# Exceptions being handled outside do not leak their state into a generator and back.
import sys
def g():
    try:
        yield 1
    except ValueError:
        yield repr(sys.exception())
    yield repr(sys.exception())
it = g()
next(it)
try:
    raise KeyError("outer")
except KeyError:
    print(it.throw(ValueError("thrown")))  # expect: ValueError('thrown')
    print(next(it))  # expect: KeyError('outer')
print(sys.exception())  # expect: None
def h():
    try:
        raise IndexError("in gen")
    except IndexError:
        yield
        raise
j = h()
next(j)
try:
    try:
        raise KeyError("other")
    except KeyError:
        next(j)
except IndexError as e:
    print(repr(e), repr(e.__context__))  # expect: IndexError('in gen') None
