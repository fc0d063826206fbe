def f(a: int): pass
f.__annotations__ = {"a": str}
print(f.__annotations__, f.__annotate__)  # expect: {'a': <class 'str'>} None
try:
    f.__annotations__ = 1
except TypeError as e:
    print(e)  # expect: __annotations__ must be set to a dict object
f.__annotate__ = lambda format: {"made": format}
print(f.__annotations__)  # expect: {'made': 1}
try:
    f.__annotate__ = 5
except TypeError as e:
    print(e)  # expect: __annotate__ must be callable or None
del f.__annotations__
print(f.__annotations__)  # expect: {}
