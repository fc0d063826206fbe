def f(): return 1
def g(): return 2
f.__code__ = g.__code__
print(f())  # expect: 2
def h():
    x = 1
    def inner(): return x
    return inner
try:
    f.__code__ = h().__code__
except ValueError as e:
    print(e)  # expect: f() requires a code object with 0 free vars, not 1
print((lambda: 0).__code__.co_name)  # expect: <lambda>
def k(a): return a + 1
k.__code__ = k.__code__.replace(co_name="other")
print(k(1), k.__code__.co_name, k.__name__)  # expect: 2 other k
