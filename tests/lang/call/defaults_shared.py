def f(x, acc=[]):
    acc.append(x)
    return acc
print(f(1), f(2), f(3, []))  # expect: [1, 2] [1, 2] [3]
print(f.__defaults__)  # expect: ([1, 2],)
f.__defaults__ = ("new",)
try:
    f(1)
except AttributeError as e:
    print(e)  # expect: 'str' object has no attribute 'append'
def g(*, k=1): return k
g.__kwdefaults__ = {"k": 9}
print(g(), g.__kwdefaults__)  # expect: 9 {'k': 9}
g.__kwdefaults__ = None
try:
    g()
except TypeError as e:
    print(e)  # expect: g() missing 1 required keyword-only argument: 'k'
