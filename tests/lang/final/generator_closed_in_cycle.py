import gc
def g():
    me = yield
    try:
        yield
    finally:
        print("closed by the collector")
it = g()
next(it)
it.send(it)
del it
print("unreachable")  # expect: unreachable
gc.collect()  # expect: closed by the collector
print("end")  # expect: end
