# Metaclasses whose mro() does more than put the bases in order.
class Base:
    value = 1
    def method(self): return "base"

class Meta(type):
    def mro(cls):
        return (cls, Base, object)

class Weird(metaclass=Meta):
    pass

class Below(Weird):
    pass

def read():
    return Weird.value, Weird().value, Below().value, Weird().method()

for _ in range(3):
    read()
print(read())  # expect: (1, 1, 1, 'base')
Base.value = 2
Base.method = lambda self: "changed"
print(read())  # expect: (2, 2, 2, 'changed')
print(Base.__subclasses__())  # expect: []

# The class is not ready while its mro() runs for the first time.
class Early(type):
    def mro(cls):
        first = cls.__mro__ is None
        print(cls.__name__, first)
        if first and cls.__bases__ == (object,):
            try:
                type("Sub", (cls,), {})
            except TypeError as e:
                print(e)
        return type.mro(cls)

class A(metaclass=Early): pass
# expect: A True
# expect: Sub True
# expect: Cannot extend an incomplete type 'A'

class Alone(type):
    def mro(cls):
        return (Base,)
try:
    class C(metaclass=Alone): pass
except TypeError as e:
    print(e)  # expect: super(type, obj): obj (type C) is not an instance or subtype of type (C).
