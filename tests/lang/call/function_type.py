F = type(lambda: 0)
def f(x): return x + y
g = F(f.__code__, {"y": 10}, "made", (5,))
print(g(), g(1), g.__name__, g.__defaults__)  # expect: 15 11 made (5,)
def outer():
    z = 3
    def inner(): return z
    return inner
try:
    F(outer().__code__, {})
except TypeError as e:
    print(e)  # expect: arg 5 (closure) must be tuple
h = F(outer().__code__, {}, "h", None, outer().__closure__)
print(h())  # expect: 3
try:
    class Sub(F): pass
except TypeError as e:
    print(e)  # expect: type 'function' is not an acceptable base type
