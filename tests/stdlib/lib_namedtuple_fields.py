# Fields of named tuples are descriptors: reading one gives the item, as long as the class says so.
from collections import namedtuple

Point = namedtuple("Point", "x y")

class Named(Point):
    __slots__ = ()
    def __new__(cls, x, y=0):
        return super().__new__(cls, x * 2, y)

class Initialised(Point):
    def __init__(self, x, y):
        self.sum = x + y

def read(p):
    return p.x, p.y

for p in (Point(1, 2), Point(y=1, x=2), Named(3), Initialised(4, 5), Point(1, 2)):
    print(read(p), end=" ")
print(Initialised(4, 5).sum)  # expect: (1, 2) (2, 1) (6, 0) (4, 5) (1, 2) 9
print(read(Point._make("ab")), Point(1, 2)._replace(y=5), Point.x.__doc__)  # expect: ('a', 'b') Point(x=1, y=5) Alias for field number 0

Point.y = property(lambda self: "property")
print(read(Point(1, 2)), read(Named(3)))  # expect: (1, 'property') (6, 'property')
del Point.y
for attempt in (lambda: read(Point(1, 2)), lambda: setattr(Point(1, 2), "x", 3), lambda: Point(1), lambda: Named.x.__get__(3)):
    try:
        attempt()
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
# expect: AttributeError 'Point' object has no attribute 'y'
# expect: AttributeError can't set attribute
# expect: TypeError Point.__new__() missing 1 required positional argument: 'y'
# expect: TypeError descriptor for index '0' for tuple subclasses doesn't apply to 'int' object

class Short(tuple):
    third = Named.__mro__[1].x.__class__(2, "third item")

def third(s):
    return s.third
print(third(Short("abc")))  # expect: c
try:
    third(Short("ab"))
except IndexError as e:
    print(e)  # expect: tuple index out of range
