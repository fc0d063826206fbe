class C: pass
c = C()
c.__dict__["k v"] = 1
print(vars(c), getattr(c, "k v"))  # expect: {'k v': 1} 1
c.__dict__ = {"fresh": 2}
print(c.fresh, hasattr(c, "k v"))  # expect: 2 False
try:
    c.__dict__ = 5
except TypeError as e:
    print(e)  # expect: __dict__ must be set to a dictionary, not a 'int'
d = c.__dict__
d["via"] = 3
print(c.via)  # expect: 3
del c.__dict__
print(c.__dict__)  # expect: {}
setattr(c, "x", 1)
print(list(c.__dict__), d)  # expect: ['x'] {'fresh': 2, 'via': 3}
for v in (5, None):
    try:
        setattr(c, v, 1)
    except TypeError as e:
        print(e)
# expect: attribute name must be string, not 'int'
# expect: attribute name must be string, not 'NoneType'
try:
    vars(5)
except TypeError as e:
    print(e)  # expect: vars() argument must have __dict__ attribute

# Classes, modules and exceptions decide about their dict themselves, whatever else they derive from.
import types

class Base: pass
class Meta(Base, type): pass
class Module(Base, types.ModuleType): pass
class Error(Base, Exception): pass
class Made(metaclass=Meta): pass

setter = Base.__dict__["__dict__"].__set__
for instance in Made, Module("m"):
    try:
        setter(instance, {})
    except (AttributeError, TypeError) as e:
        print(type(e).__name__)
# expect: AttributeError
# expect: AttributeError
getter = Base.__dict__["__dict__"].__get__
print(type(getter(Made)).__name__, getter(Module("m"))["__name__"])  # expect: mappingproxy m
error = Error()
error.__dict__ = {"a": 1}
print(error.a)  # expect: 1
try:
    del error.__dict__
except TypeError as e:
    print(e)  # expect: cannot delete __dict__
