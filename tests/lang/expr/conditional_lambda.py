f = lambda *a, k=1, **kw: (a, k, kw)
print(f(1, 2, k=3, z=4))  # expect: ((1, 2), 3, {'z': 4})
g = lambda x, /, y=2, *, z: (x, y, z)
print(g(1, z=3))  # expect: (1, 2, 3)
print((lambda: (yield))().__class__.__name__)  # expect: generator
print((lambda x: lambda y: x + y)(1)(2))  # expect: 3
print((lambda: None).__name__, (lambda: None).__qualname__)  # expect: <lambda> <lambda>
