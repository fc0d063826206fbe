async def ag():
    print("start")
    x = yield 1
    print("got", x)
    try:
        yield 2
    except ValueError as e:
        print("caught", e)
        yield 3
    finally:
        print("finally")
def run(aw):
    it = aw.__await__() if hasattr(aw, "__await__") else aw
    try:
        it.send(None)
    except StopIteration as e:
        return e.value
    except StopAsyncIteration as e:
        return "StopAsyncIteration"
g = ag()
print(type(g).__name__, g.ag_running, g.ag_await)  # expect: async_generator False None
print(run(g.__anext__()))
# expect: start
# expect: 1
print(run(g.asend("hello")))
# expect: got hello
# expect: 2
print(run(g.athrow(ValueError("v"))))
# expect: caught v
# expect: 3
print(run(g.__anext__()))
# expect: finally
# expect: StopAsyncIteration
print(run(g.__anext__()))  # expect: StopAsyncIteration
h = ag()
run(h.__anext__())  # expect: start
print(run(h.aclose()), run(h.__anext__()))  # expect: None StopAsyncIteration
