# `object.__setattr__` stores past a class's own `__setattr__`, again and again, and assignments never do.
class Frozen:
    limit = 5
    def __init__(self, a, b):
        object.__setattr__(self, "a", a)
        object.__setattr__(self, "b", b)
    def __setattr__(self, name, value):
        raise AttributeError("cannot assign " + name)

class Slotted(Frozen):
    __slots__ = ("c",)
    def __init__(self, a):
        super().__init__(a, a)
        object.__setattr__(self, "c", a)

def attempts(f):
    for change in (lambda: setattr(f, "a", 9), lambda: setattr(f, "new", 9)):
        try:
            change()
        except AttributeError as e:
            print(e, end="; ")
    try:
        f.a = 5
    except AttributeError as e:
        print(e)

for n in range(3):
    f = Frozen(n, [n])
    s = Slotted(n)
print(f.a, f.b, s.a, s.b, s.c, f.__dict__, s.__dict__)  # expect: 2 [2] 2 2 2 {'a': 2, 'b': [2]} {'a': 2, 'b': 2}
attempts(f)  # expect: cannot assign a; cannot assign new; cannot assign a
attempts(s)  # expect: cannot assign a; cannot assign new; cannot assign a

def put(object_, name, value):
    object.__setattr__(object_, name, value)
    return getattr(object_, name)

print([put(Frozen(1, 2), "limit", n) for n in range(3)], Frozen.limit)  # expect: [0, 1, 2] 5
Frozen.limit = property(lambda self: "property", lambda self, value: print("set", value))
print([put(Frozen(1, 2), "limit", n) for n in range(2)])
# expect: set 0
# expect: set 1
# expect: ['property', 'property']
Frozen.a = property(lambda self: "read only")
try:
    Frozen(1, 2)
except AttributeError as e:
    print(e)  # expect: property '<lambda>' of 'Frozen' object has no setter
for target, name in ((3, "x"), (Frozen, "x"), (object(), "x"), (f, 5)):
    try:
        object.__setattr__(target, name, 1)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
# expect: AttributeError 'int' object has no attribute 'x' and no __dict__ for setting new attributes
# expect: TypeError can't apply this __setattr__ to type object
# expect: AttributeError 'object' object has no attribute 'x' and no __dict__ for setting new attributes
# expect: TypeError attribute name must be string, not 'int'
