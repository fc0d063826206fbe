class C:
    """doc"""
    x = 1
    def __init__(self, v): self.v = v
    def get(self): return self.v
    @staticmethod
    def s(a): return a
    @classmethod
    def c(cls): return cls.__name__
o = C(5)
print(o.get(), o.x, C.s(1), o.s(2), C.c(), o.c())  # expect: 5 1 1 2 C C
print(C.__name__, C.__module__, C.__qualname__, C.__doc__, C.__bases__, C.__mro__)  # expect: C __main__ C doc (<class 'object'>,) (<class '__main__.C'>, <class 'object'>)
print(type(o) is C, isinstance(o, object), issubclass(C, C))  # expect: True True True
o.x = 2
print(o.x, C.x, o.__dict__)  # expect: 2 1 {'v': 5, 'x': 2}
del o.x
print(o.x)  # expect: 1
print(C.__dict__.keys() >= {"x", "get", "__init__", "__dict__", "__weakref__", "__doc__", "__module__"})  # expect: True
print(C.__firstlineno__, C.__static_attributes__)  # expect: 1 ('v',)
