def f(a, b=2, *c, d, e=5, **g):
    "doc"
print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__)  # expect: f f __main__ doc (2,) {'e': 5}
c = f.__code__
print(c.co_argcount, c.co_kwonlyargcount, c.co_posonlyargcount, c.co_varnames, c.co_name, c.co_flags & 0xC)  # expect: 2 2 0 ('a', 'b', 'd', 'e', 'c', 'g') f 12
f.x = 1
print(f.__dict__, f.x)  # expect: {'x': 1} 1
f.__name__ = "renamed"
f.__qualname__ = "also.renamed"
print(f.__name__, repr(f)[:23])  # expect: renamed <function also.renamed 
for attr, value in (("__name__", 1), ("__defaults__", 1), ("__code__", 1), ("__kwdefaults__", []), ("__dict__", 1), ("__globals__", {}), ("__closure__", ())):
    try:
        setattr(f, attr, value)
    except (TypeError, AttributeError) as e:
        print(e)
# expect: __name__ must be set to a string object
# expect: __defaults__ must be set to a tuple object
# expect: __code__ must be set to a code object
# expect: __kwdefaults__ must be set to a dict object
# expect: __dict__ must be set to a dictionary, not a 'int'
# expect: readonly attribute
# expect: readonly attribute
def outer():
    def inner(): pass
    return inner
print(outer().__qualname__, outer().__closure__)  # expect: outer.<locals>.inner None
class C:
    def m(self): pass
    class D:
        n = lambda self: 0
print(C.m.__qualname__, C.D.n.__qualname__, C.D.__qualname__)  # expect: C.m C.D.<lambda> C.D
