def g():
    yield 1
it = g()
it2 = it
next(it)
try:
    it.throw(StopIteration())
except RuntimeError as e:
    print(e)  # expect: generator raised StopIteration
def h():
    try:
        yield
    finally:
        yield "in finally"
it = h()
next(it)
try:
    it.close()
except RuntimeError as e:
    print(e)  # expect: generator ignored GeneratorExit
def k():
    while True:
        try:
            yield
        except BaseException as e:
            print("swallowed", type(e).__name__)
            return
it = k()
next(it)
it.close()  # expect: swallowed GeneratorExit
def deep():
    try:
        yield from deep()
    except RecursionError:
        raise
try:
    next(deep())
except RecursionError:
    print("RecursionError")  # expect: RecursionError
gens = []
def own():
    yield gens
gens.append(own())
next(gens[0])
del gens
print("end")  # expect: end
