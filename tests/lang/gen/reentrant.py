def g():
    try:
        yield 1
        next(it)
    except ValueError as e:
        yield str(e)
    try:
        it.send(None)
    except ValueError as e:
        yield str(e)
    try:
        it.throw(KeyError)
    except ValueError as e:
        yield str(e)
    try:
        it.close()
    except ValueError as e:
        yield str(e)
it = g()
for x in it:
    print(x)
# expect: 1
# expect: generator already executing
# expect: generator already executing
# expect: generator already executing
# expect: generator already executing
