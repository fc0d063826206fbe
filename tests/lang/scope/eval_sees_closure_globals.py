x = 10
def f():
    x = 20
    return eval("x"), eval("x", {"x": 30}), eval("x + y", {"x": 1}, {"y": 2})
print(f())  # expect: (20, 30, 3)
