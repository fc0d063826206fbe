class Pause:
    def __await__(self):
        try:
            yield "paused"
        except ValueError as e:
            return "handled " + str(e)
        finally:
            print("pause ended")
async def f():
    try:
        return await Pause()
    finally:
        print("f ended")
c = f()
c.send(None)
try:
    c.throw(ValueError("v"))
except StopIteration as e:
    print(e.value)
# expect: pause ended
# expect: f ended
# expect: handled v
c = f()
c.send(None)
print(c.close())
# expect: pause ended
# expect: f ended
# expect: None
c = f()
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e)  # expect: cannot reuse already awaited coroutine
c = f()
c.send(None)
try:
    c.throw(KeyError("k"))
except KeyError as e:
    print("out", e)
# expect: pause ended
# expect: f ended
# expect: out 'k'
