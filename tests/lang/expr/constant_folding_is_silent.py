# Folding must not change what happens or when.
def f():
    return 1 / 0
print("defined")  # expect: defined
try:
    f()
except ZeroDivisionError as e:
    print(e)  # expect: division by zero
def g(x):
    return x if True else 1 / 0
print(g(3))  # expect: 3
print((1, 2)[1], "ab"[-1], -(-5), not (), 2 ** 10, "a" * 3)  # expect: 2 b 5 True 1024 aaa
def h():
    if 0:
        yield
print(type(h()).__name__)  # expect: generator
