class A:
    x = 1
    def f(self): pass
class B(A):
    def __init__(self): self.y = 2
print([n for n in dir(B()) if n[0] != "_"], [n for n in dir(B) if n[0] != "_"], vars(B()))  # expect: ['f', 'x', 'y'] ['f', 'x'] {'y': 2}
class D:
    def __dir__(self): return ["b", "a", 3] if False else ["b", "a"]
print(dir(D()))  # expect: ['a', 'b']
def f():
    b = a = 1
    return dir(), vars()
print(f())  # expect: (['a', 'b'], {'b': 1, 'a': 1})
def t(g):
    try:
        print(g())
    except TypeError as e:
        print(e)
class Bad:
    def __dir__(self): return 5
t(lambda: dir(Bad()))  # expect: 'int' object is not iterable
t(lambda: vars(5))  # expect: vars() argument must have __dict__ attribute
t(lambda: dir(1, 2))  # expect: dir expected at most 1 argument, got 2
t(lambda: vars(1, 2))  # expect: vars expected at most 1 argument, got 2
print("append" in dir([]), "real" in dir(5), "__doc__" in dir(None), sorted(dir(object())) == dir(object()))  # expect: True True True True
print([n for n in dir(object)])  # expect: ['__class__', '__delattr__', '__dir__', '__doc__', '__eq__', '__format__', '__ge__', '__getattribute__', '__getstate__', '__gt__', '__hash__', '__init__', '__init_subclass__', '__le__', '__lt__', '__ne__', '__new__', '__reduce__', '__reduce_ex__', '__repr__', '__setattr__', '__sizeof__', '__str__', '__subclasshook__']
