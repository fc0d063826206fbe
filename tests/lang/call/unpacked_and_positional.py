"""Arguments by position, from sequences and from dicts, into every kind of parameter list."""


def plain(a, b=2, c=3):
    return a, b, c


def rest(a, *more):
    return a, more


def everything(a, b=2, *more, key=4, **others):
    return a, b, more, key, others


def only(*, key):
    return key


print(plain(1), plain(1, 5), plain(1, 5, 6))  # expect: (1, 2, 3) (1, 5, 3) (1, 5, 6)
print(rest(1), rest(1, 2), rest(1, 2, 3))  # expect: (1, ()) (1, (2,)) (1, (2, 3))
print(everything(1), everything(1, 5, 6, 7, key=8, x=9))
# expect: (1, 2, (), 4, {}) (1, 5, (6, 7), 8, {'x': 9})


def forward(function, *args, **kwargs):
    return function(*args, **kwargs)


print(forward(plain, 1, c=9), forward(rest, 1, 2, 3), forward(only, key=1))  # expect: (1, 2, 9) (1, (2, 3)) 1
print(forward(everything, *range(4), **{"key": 0, "p q": 1}))  # expect: (0, 1, (2, 3), 0, {'p q': 1})


class Text(str):
    pass


print(forward(everything, 1, **{Text("key"): 5, Text("new"): 6}))  # expect: (1, 2, (), 5, {'new': 6})
many = {f"k{i}": i for i in range(20)}
print(forward(everything, 1, **many)[4] == many)  # expect: True

for wrong in [
    lambda: plain(),
    lambda: plain(1, 2, 3, 4),
    lambda: forward(plain, 1, a=1),
    lambda: forward(only, 1),
    lambda: forward(rest, **{"z": 1}),
    lambda: plain(*5),
    lambda: plain(**{1: 2}),
    lambda: rest(),
]:
    try:
        wrong()
    except TypeError as error:
        print(error)
# expect: plain() missing 1 required positional argument: 'a'
# expect: plain() takes from 1 to 3 positional arguments but 4 were given
# expect: plain() got multiple values for argument 'a'
# expect: only() takes 0 positional arguments but 1 was given
# expect: rest() got an unexpected keyword argument 'z'
# expect: __main__.plain() argument after * must be an iterable, not int
# expect: keywords must be strings
# expect: rest() missing 1 required positional argument: 'a'

# What a call leaves: the callee's own dict and tuple, not the caller's.
given, named = [1, 2], {"x": 1}


def changes(*args, **kwargs):
    kwargs["x"] = 2
    return args, kwargs


print(changes(*given, **named), given, named)  # expect: ((1, 2), {'x': 2}) [1, 2] {'x': 1}
