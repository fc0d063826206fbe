"""Code in a comprehension sees its variables by name, with those of the function around it (PEP 709, PEP 667)."""
import sys

def f(y):
    print([eval("x + y") for x in range(3)])  # expect: [5, 6, 7]
    print([locals() for x in range(1)])  # expect: [{'y': 5, 'x': 0}]
    print([dir() for x in range(1)], {x: vars() for x in range(1)})  # expect: [['x', 'y']] {0: {'y': 5, 'x': 0}}
    print([[sorted(locals().items()) for z in (x,)] for x in "ab"])  # expect: [[[('x', 'a'), ('y', 5), ('z', 'a')]], [[('x', 'b'), ('y', 5), ('z', 'b')]]]
    print([x for x in range(6) if eval("x % 2")])  # expect: [1, 3, 5]
    print([locals()["a"] + eval("b") for a in range(2) for b in range(2)])  # expect: [0, 1, 1, 2]

    # A variable of the same name outside is hidden, and there again behind.
    x = "outer"
    print([[locals()["x"] for x in (x, 5)] for x in "ab"], x, locals()["x"])  # expect: [['a', 5], ['b', 5]] outer outer
    print([(lambda: x)() + eval("x") for x in "ab"])  # expect: ['aa', 'bb']
    print([sys._getframe().f_locals["x"] for x in range(2)], sys._getframe().f_locals["x"])  # expect: [0, 1] outer
    print([(sys._getframe().f_locals.__setitem__("x", x + 10), x) for x in range(3)], x)  # expect: [(None, 10), (None, 11), (None, 12)] outer
    later = [sys._getframe().f_locals for q in [0]][0]
    print("q" in later, "later" in later)  # expect: False True
f(5)

def failing():
    x = 7
    return [1 / eval("x") for x in (0,)]
try:
    failing()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_frame.f_locals)  # expect: {'x': 7}

# In a module or class such a comprehension has locals of its own.
print([eval("x") for x in range(3)], [locals() for x in range(1)])  # expect: [0, 1, 2] [{'x': 0}]
print("__name__" in locals(), [type(sys._getframe().f_locals).__name__ for x in (1,)])  # expect: True ['FrameLocalsProxy']
class C:
    y = 5
    print([eval("x") for x in range(3)], [locals() for x in range(1)], "y" in locals())  # expect: [0, 1, 2] [{'x': 0}] True
    try:
        [eval("y") for x in range(3)]
    except NameError as e:
        print(e)  # expect: name 'y' is not defined

def cells(v):
    class D:
        print([sorted(locals()) for x in (v,)], [(lambda: x) and eval("x") for x in (v,)])  # expect: [['v', 'x']] [9]
cells(9)

async def asynchronous():
    async def numbers():
        yield 1
        yield 2
    print([eval("x") + 1 async for x in numbers()], [sorted(locals()) async for x in numbers()])  # expect: [2, 3] [['numbers', 'x'], ['numbers', 'x']]
try:
    asynchronous().send(None)
except StopIteration:
    pass

# Compiled loops keep them where they can be seen.
def hot():
    t = 0
    for i in range(300):
        t += sum([eval("q") + locals()["q"] for q in range(20)]) + sum([sys._getframe().f_locals["q"] for q in range(20) if q])
    return t
print(hot())  # expect: 171000
