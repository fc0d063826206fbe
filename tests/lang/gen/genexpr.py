g = (x * y for x in range(3) for y in range(x) if x != 1)
print(list(g), list(g))  # expect: [0, 2] []
print(sum(i for i in range(5)), max((len(s), s) for s in ["a", "bbb", "cc"]))  # expect: 10 (3, 'bbb')
def f():
    n = 5
    return (n + i for i in range(2))
print(list(f()), f().__name__, f().__qualname__)  # expect: [5, 6] <genexpr> f.<locals>.<genexpr>
source = [1, 2]
lazy = (x for x in source)
source.append(3)
print(list(lazy))  # expect: [1, 2, 3]
try:
    (x for x in 5)
except TypeError as e:
    print(e)  # expect: 'int' object is not iterable
n = (y for x in [1] for y in undefined_name)
try:
    next(n)
except NameError as e:
    print(e)  # expect: name 'undefined_name' is not defined
