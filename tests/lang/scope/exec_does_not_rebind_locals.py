def f():
    x = 1
    exec("x = 2")
    return x
print(f())  # expect: 1
def g():
    ns = locals()
    exec("q = 3", globals(), ns)
    return ns["q"]
print(g())  # expect: 3
