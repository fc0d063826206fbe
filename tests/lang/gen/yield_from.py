def inner():
    x = yield 1
    print("inner got", x)
    try:
        yield 2
    except ValueError as e:
        print("inner caught", e)
        yield 3
    return "inner result"
def outer():
    r = yield from inner()
    print("outer got", r)
    yield from [10, 20]
    return (yield from ())
it = outer()
print(next(it), it.gi_yieldfrom is not None)  # expect: 1 True
print(it.send("hello"))
# expect: inner got hello
# expect: 2
print(it.throw(ValueError("boo")))
# expect: inner caught boo
# expect: 3
print(list(it))
# expect: outer got inner result
# expect: [10, 20]
