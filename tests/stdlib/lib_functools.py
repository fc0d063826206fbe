from functools import *
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(lambda a, b: a * b, [], 5), partial(pow, 2)(3), partial(int, base=2)("101"))  # expect: 6 5 8 5
p = partial(print, "a", sep="-")
p("b")  # expect: a-b
print(p.func is print, p.args, p.keywords, partial(partial(max, 1), 2)(0))  # expect: True ('a',) {'sep': '-'} 2
calls = []
@lru_cache(maxsize=2)
def f(x):
    calls.append(x)
    return x * 2
print(f(1), f(1), f(2), f(3), f(1), calls, f.cache_info())  # expect: 2 2 4 6 2 [1, 2, 3, 1] CacheInfo(hits=1, misses=4, maxsize=2, currsize=2)
f.cache_clear()
print(f.cache_info(), f.__wrapped__(5), f.__name__)  # expect: CacheInfo(hits=0, misses=0, maxsize=2, currsize=0) 10 f
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80))  # expect: 23416728348467685
@singledispatch
def kind(x): return "object"
@kind.register
def _(x: int): return "int"
@kind.register(list)
def _(x): return "list"
print(kind(1), kind([]), kind("a"), kind(True))  # expect: int list object int
class C:
    @cached_property
    def v(self):
        print("computed")
        return 5
c = C()
print(c.v, c.v, c.__dict__)
# expect: computed
# expect: 5 5 {'v': 5}
@total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(1), T(2) > T(1), T(2) >= T(3))  # expect: True True False
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))  # expect: [3, 2, 1]
def deco(g):
    @wraps(g)
    def inner(*a): "inner doc"; return g(*a)
    return inner
@deco
def named(): "named doc"
print(named.__name__, named.__doc__, partial(lambda a, b, c: (a, b, c), Placeholder, 2)(1, 3))  # expect: named named doc (1, 2, 3)
try:
    reduce(lambda a, b: a, [])
except TypeError as e:
    print(e)  # expect: reduce() of empty iterable with no initial value
