# PEP 649: annotations are evaluated when asked for, once.
def note(x):
    print("evaluated", x)
    return x
def f(a: note(1), *args: note(2), k: note(3) = 0, **kw: note(4)) -> note(5): pass
print("defined")  # expect: defined
print(f.__annotations__)
# expect: evaluated 1
# expect: evaluated 2
# expect: evaluated 3
# expect: evaluated 4
# expect: evaluated 5
# expect: {'a': 1, 'args': 2, 'k': 3, 'kw': 4, 'return': 5}
print(f.__annotations__ is f.__annotations__)  # expect: True
class C:
    x: note("x")
    y: note("y") = 2
    (z): note("not kept")
    C2: note("c2")
print(list(C.__annotations__))
# expect: evaluated x
# expect: evaluated y
# expect: evaluated c2
# expect: ['x', 'y', 'C2']
