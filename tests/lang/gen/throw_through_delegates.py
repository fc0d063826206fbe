import sys
def names():
    frame, found = sys._getframe(1), []
    while frame.f_code.co_name != "<module>":
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found
def inner():
    try:
        yield 1
    except ValueError:
        yield names()
def middle():
    yield from inner()
def outer():
    yield from middle()
g = outer()
next(g)
print(g.throw(ValueError))  # expect: ['inner', 'middle', 'outer']
class Custom:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *args): return names()
def over(it):
    yield from it
g = over(Custom())
next(g)
print(g.throw(KeyError))  # expect: ['throw', 'over']
def plain():
    yield
g = plain()
frame = g.gi_frame
print(frame.f_back)  # expect: None
next(g)
print(frame.f_back)  # expect: None
next(g, None)
print(frame.f_back)  # expect: None
class Odd(Exception):
    def __new__(cls): return 3
try:
    plain().throw(Odd)
except TypeError as e:
    print(type(e).__name__)  # expect: TypeError
