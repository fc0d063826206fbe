def show(x):
    print(x, end=" ")
    return x
def f(*a, **k): return a, k
print(f(*show([1]), show(2), *show((3,)), **show({"a": 4}), b=show(5)))  # expect: [1] 2 (3,) {'a': 4} 5 ((1, 2, 3), {'a': 4, 'b': 5})
print(f(show(1), *show([2]), k=show(3)))  # expect: 1 [2] 3 ((1, 2), {'k': 3})
