import sys
def f():
    try:
        raise ValueError("v")
    except ValueError:
        print(sys.exception())
        g()
    print(sys.exception())
def g():
    print("in callee", sys.exc_info()[0].__name__)
    try:
        raise KeyError
    except KeyError:
        print(type(sys.exception()).__name__)
    print(sys.exception())
f()
# expect: v
# expect: in callee ValueError
# expect: KeyError
# expect: v
# expect: None
def gen():
    print("gen sees", sys.exception())
    try:
        raise IndexError("gen")
    except IndexError:
        yield sys.exception()
        print("resumed", sys.exception())
    yield sys.exception()
try:
    raise OSError("outer")
except OSError:
    it = gen()
    print(repr(next(it)), sys.exception())
# expect: gen sees outer
# expect: IndexError('gen') outer
print(next(it), sys.exception())
# expect: resumed gen
# expect: None None
