def g():
    while True:
        try:
            got = yield "ready"
        except ValueError as e:
            got = yield ("caught", str(e))
        print("received", got)
it = g()
next(it)
print(it.throw(ValueError("v")))  # expect: ('caught', 'v')
print(it.send("x"))
# expect: received x
# expect: ready
try:
    it.throw(KeyError("k"))
except KeyError as e:
    print("escaped", e)  # expect: escaped 'k'
try:
    it.throw(ValueError)
except ValueError as e:
    print("finished generator raises at once", repr(e))  # expect: finished generator raises at once ValueError()
fresh = g()
try:
    fresh.throw(IndexError("before start"))
except IndexError as e:
    print(e)  # expect: before start
print(list(fresh))  # expect: []
