# A special method may rebind its caller's variable while the operator is at work on it.
import sys


class Left:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        sys._getframe(1).f_locals["left"] = None
        return NotImplemented

    def __mul__(self, other):
        sys._getframe(1).f_locals["left"] = Left("new")
        return NotImplemented


class Right:
    def __eq__(self, other):
        return type(other).__name__

    def __rmul__(self, other):
        return type(other).__name__


def equal():
    left = Left("old")
    result = left == Right()
    return result is not None, left


def times():
    left = Left("old")
    result = left * Right()
    return result, left.name


print(equal())  # expect: (True, None)
print(times())  # expect: ('Left', 'new')
print(sorted([3, 1, 2], key=lambda n: -n))  # expect: [3, 2, 1]
