# A `__new__` written in Python, what it returns, and the `__init__` that follows with the same arguments.
import sys

class Plain:
    def __new__(cls, a, b):
        self = object.__new__(cls)
        self.made = (a, b)
        return self

class Both(Plain):
    def __init__(self, a, b):
        self.init = (a, b, self.made)

class Other:
    def __new__(cls, a):
        return [a]

class Factory:
    def __new__(cls, kind):
        return object.__new__(Product if kind == "sub" else Plain if kind == "else" else cls)

class Product(Factory):
    def __init__(self, kind):
        print("init", type(self).__name__, kind)

print(Plain(1, 2).made, Both(3, 4).init, Other(5))  # expect: (1, 2) (3, 4, (3, 4)) [5]
print(type(Factory("sub")).__name__, type(Factory("else")).__name__, type(Factory(0)).__name__)
# expect: init Product sub
# expect: Product Plain Factory
Product("x")  # expect: init Product x

class Bad(Plain):
    def __init__(self, a, b):
        return 1

class Raises:
    def __new__(cls, depth):
        if depth:
            return cls(depth - 1)
        raise ValueError([sys._getframe(n).f_code.co_name for n in range(4)])

class Declines:
    def __new__(cls):
        return NotImplemented

class Late:
    def __new__(cls, x):
        cls.__init__ = lambda self, x: setattr(self, "late", x)
        return object.__new__(cls)

def gen():
    yield Plain(7, 8).made
    yield Late(9).late

print(Declines(), *gen())  # expect: NotImplemented (7, 8) 9
for attempt in (lambda: Bad(1, 2), lambda: Raises(2), lambda: Plain(1), lambda: Plain(1, 2, 3), lambda: Plain(1, b=2).made):
    try:
        print(attempt())
    except (TypeError, ValueError) as e:
        print(e)
# expect: __init__() should return None, not 'int'
# expect: ['__new__', '__new__', '__new__', '<lambda>']
# expect: Plain.__new__() missing 1 required positional argument: 'b'
# expect: Plain.__new__() takes 3 positional arguments but 4 were given
# expect: (1, 2)

# Arguments outlive the call only as long as somebody holds them.
class Noisy:
    def __del__(self):
        print("gone")
class Holds:
    def __new__(cls, x):
        del x
        print("in new")
        return object.__new__(cls)
h = Holds(Noisy())
# expect: in new
# expect: gone
print(type(h).__name__)  # expect: Holds
