def f(x):
    if x == 2: raise ValueError(x)
    return x
try:
    [f(x) for x in range(5)]
except ValueError as e:
    print("list", e)  # expect: list 2
x = "kept"
try:
    {x: f(x) for x in range(5)}
except ValueError:
    pass
print(x)  # expect: kept
def g():
    x = "local"
    try:
        [f(x) for x in range(5)]
    except ValueError:
        pass
    return x
print(g())  # expect: local
class C:
    x = "class"
    try:
        [f(x) for x in range(5)]
    except ValueError:
        pass
    y = x
print(C.y)  # expect: class
