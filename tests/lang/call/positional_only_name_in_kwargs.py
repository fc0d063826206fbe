def f(a, /, **k): return a, k
print(f(1, a=2))  # expect: (1, {'a': 2})
def g(self, /, *args, **kwargs): return self, args, kwargs
print(g(1, 2, self=3))  # expect: (1, (2,), {'self': 3})
