def g():
    yield 1
    yield from h()
def h():
    yield 2
    raise KeyError("inside")
for x in g():
    pass
