def g():
    print("start")
    x = yield 1
    print("got", x)
    y = yield 2
    print("got", y)
    return "result"
it = g()
print(type(it).__name__, it.gi_running, it.gi_frame is not None, it.gi_yieldfrom)  # expect: generator False True None
print(next(it))
# expect: start
# expect: 1
print(it.send("a"))
# expect: got a
# expect: 2
try:
    it.send("b")
except StopIteration as e:
    print("stop", e.value)
# expect: got b
# expect: stop result
print(it.gi_frame)  # expect: None
try:
    next(it)
except StopIteration as e:
    print("again", e.value)  # expect: again None
print(next(it, "default"))  # expect: default
