x = "module"
def f():
    x = "f"
    def g():
        global x
        x = "changed"
    g()
    return x
print(f())  # expect: f
print(x)  # expect: changed
