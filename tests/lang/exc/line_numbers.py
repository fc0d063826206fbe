def where(f):
    try:
        f()
    except Exception as e:
        tb = e.__traceback__
        while tb.tb_next: tb = tb.tb_next
        return tb.tb_lineno - f.__code__.co_firstlineno
def a():
    x = [
        1,
        1 / 0,
    ]
def b():
    return (1 +
            2 +
            undefined)
def c():
    print(
        len(
            5
        )
    )
def d():
    if (1 and
        undefined):
        pass
def e():
    for x in \
        5:
        pass
def f():
    with open \
        as q: pass
def g():
    raise ValueError(
        "x"
    )
def h():
    a = {
        "k": 1,
        **5,
    }
print([where(x) for x in (a, b, c, d, e, f, g, h)])  # expect: [3, 3, 2, 2, 2, 1, 1, 1]
