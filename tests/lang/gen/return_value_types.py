def g(v):
    return v
    yield
def run(v):
    try:
        next(g(v))
    except StopIteration as e:
        return e.value, e.args
print(run(None), run((1, 2)), run(5), run(StopIteration(3)))  # expect: (None, ()) ((1, 2), ((1, 2),)) (5, (5,)) (StopIteration(3), (StopIteration(3),))
def use():
    a = yield from g((1, 2))
    b = yield from g(ValueError("as value"))
    yield a, b
print(next(use()))  # expect: ((1, 2), ValueError('as value'))
