def f():
    return len("a" * (1 << 20))
print(f())  # expect: 1048576
def g(): return 1 << 10 ** 9 if False else 7
print(g())  # expect: 7
