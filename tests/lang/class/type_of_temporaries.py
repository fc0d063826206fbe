"""type(x), isinstance and issubclass of plain and unusual classes; builtin exceptions made directly."""


class Noisy:
    def __del__(self):
        print("dropped")


kind = type(Noisy())  # expect: dropped
print(kind is Noisy, isinstance(Noisy(), (int, str)))
# expect: dropped
# expect: True False


class Meta(type):
    def __instancecheck__(cls, value):
        return value == 42

    def __subclasscheck__(cls, other):
        return other is int


class Odd(metaclass=Meta):
    pass


print(isinstance(42, Odd), isinstance(1, Odd), isinstance(Odd(), Odd))  # expect: True False True
print(isinstance(1, (str, Odd)), isinstance(42, (str, (bytes, Odd))))  # expect: False True
print(issubclass(int, Odd), issubclass(str, (bytes, Odd)))  # expect: True False


class Proxy:
    @property
    def __class__(self):
        return int


print(isinstance(Proxy(), int), isinstance(Proxy(), (str, int)), isinstance(Proxy(), Proxy), type(Proxy()) is Proxy)
# expect: True True True True
print(isinstance(True, int), isinstance(1, bool | str), isinstance(None, int | None), isinstance([], object))
# expect: True False True True
for wrong in [
    lambda: isinstance(1, 1),
    lambda: isinstance(1, (str, 1)),
    lambda: isinstance(1, (int, 1)),
    lambda: issubclass(1, int),
    lambda: issubclass(int, (str, 1)),
    lambda: type(1, 2),
    lambda: type(),
]:
    try:
        print(wrong())
    except TypeError as error:
        print(error)
# expect: isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: isinstance() arg 2 must be a type, a tuple of types, or a union
# expect: True
# expect: issubclass() arg 1 must be a class
# expect: issubclass() arg 2 must be a class, a tuple of classes, or a union
# expect: type() takes 1 or 3 arguments
# expect: type() takes 1 or 3 arguments

for made in [KeyError(1, 2), ValueError(), IndexError("i"), Exception(None), OSError(2, "no"), StopIteration(3)]:
    print(repr(made), made.args)
# expect: KeyError(1, 2) (1, 2)
# expect: ValueError() ()
# expect: IndexError('i') ('i',)
# expect: Exception(None) (None,)
# expect: FileNotFoundError(2, 'no') (2, 'no')
# expect: StopIteration(3) (3,)


class Own(KeyError):
    def __init__(self, *args):
        super().__init__("own", *args)


for raised in [KeyError, Own, Own(1), StopIteration]:
    try:
        raise raised
    except (LookupError, StopIteration) as error:
        print(repr(error), error.__traceback__ is not None, error.__context__)
# expect: KeyError() True None
# expect: Own('own') True None
# expect: Own('own', 1) True None
# expect: StopIteration() True None
try:
    KeyError(a=1)
except TypeError as error:
    print(error)  # expect: KeyError() takes no keyword arguments
