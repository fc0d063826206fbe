class Liar:
    @property
    def __class__(self): return int
l = Liar()
print(isinstance(l, int), isinstance(l, Liar), type(l) is Liar, l.__class__)  # expect: True True True <class 'int'>
class Meta(type):
    def __instancecheck__(cls, o): return True
class Any(metaclass=Meta): pass
print(isinstance(5, Any), isinstance(5, (str, Any)))  # expect: True True
for f in (lambda: isinstance(1, "x"), lambda: issubclass(1, int), lambda: issubclass(int, 1), lambda: isinstance(1, (int, 5)), lambda: isinstance("", (int, 5)), lambda: isinstance([], list[int])):
    try:
        print(f())
    except TypeError as e:
        print(e)
# expect: isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: issubclass() arg 1 must be a class
# expect: issubclass() arg 2 must be a class, a tuple of classes, or a union
# expect: True
# expect: isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: isinstance() argument 2 cannot be a parameterized generic
print(isinstance(1, int | str), issubclass(bool, int | None), isinstance(None, int | None))  # expect: True True True
