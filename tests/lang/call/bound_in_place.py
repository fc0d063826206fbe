# Arguments become parameters in all ways a call can be written; builtin methods and classes over one call site.
def f(a, b=2, /, c=3, *rest, d=4, e, **more):
    return a, b, c, rest, d, e, more


print(f(1, e=5))  # expect: (1, 2, 3, (), 4, 5, {})
print(f(1, 2, 3, 4, 5, e=6, a=7))  # expect: (1, 2, 3, (4, 5), 4, 6, {'a': 7})
print(f(*[1, 9], **{"e": 0, "z": 1}))  # expect: (1, 9, 3, (), 4, 0, {'z': 1})
print(f(*(1,), *range(2), e=1, c=5) if False else f(*(1,), e=1, c=5))  # expect: (1, 2, 5, (), 4, 1, {})


def g(*args, k=0):
    yield args
    yield k


print(list(g(1, 2)), list(g(*range(3), k=9)))  # expect: [(1, 2), 0] [(0, 1, 2), 9]


def tell(call):
    try:
        print(call())
    except TypeError as e:
        print(e)


tell(lambda: f())  # expect: f() missing 1 required positional argument: 'a'
tell(lambda: f(1))  # expect: f() missing 1 required keyword-only argument: 'e'
tell(lambda: f(1, 2, 3, c=4, e=1))  # expect: f() got multiple values for argument 'c'


def h(x, y=10):
    return x + y


tell(lambda: h(1, z=2))  # expect: h() got an unexpected keyword argument 'z'
tell(lambda: h(1, 2, 3))  # expect: h() takes from 1 to 2 positional arguments but 3 were given
for _ in range(3):
    values = h(1), h(1, 2), h(y=3, x=4), h(*(5, 6)), h(**{"x": 7})
print(values)  # expect: (11, 3, 7, 11, 17)
h.__defaults__ = (20,)
print(h(1))  # expect: 21
h.__code__ = (lambda x, y: x * y).__code__
print(h(2), h(2, 3))  # expect: 40 6


def apply(op, *args, **kw):
    return op(*args, **kw)


for op, args in ((int, ("12",)), (int, ("z", 36)), (str, (b"x", "ascii")), (list, ("ab",)), (dict, ([("a", 1)],)), (type, (3,)), (KeyError, ("k",)), (tuple, ([1],)), (object, ()), (bool, ([],))):
    result = op(*args)
    again = apply(op, *args)
    print(type(result).__name__, type(again) is type(result), end="; ")
print("done")  # expect: int True; int True; str True; list True; dict True; type True; KeyError True; tuple True; object True; bool True; done
print(int("ff", base=16), str(object=5), dict(a=1), list(), sorted({3, 1}, reverse=True))  # expect: 255 5 {'a': 1} [] [3, 1]
tell(lambda: object(1))  # expect: object() takes no arguments


class L(list):
    def __init__(self, *args):
        super().__init__(*args)
        self.made = True


print(L([1, 2]), L().made, L("ab") == ["a", "b"])  # expect: [1, 2] True True
add = [].append
for i in range(3):
    add(i)
print(add.__self__)  # expect: [0, 1, 2]
print(list.append([1], 2), str.upper("a"), list.__len__([1, 2]), dict.get({1: 2}, 1))  # expect: None A 2 2
tell(lambda: str.upper(1))  # expect: descriptor 'upper' for 'str' objects doesn't apply to a 'int' object
tell(lambda: str.upper())  # expect: unbound method str.upper() needs an argument


def collect(l):
    l.append((yield 1))


for i in range(3):
    l = []
    it = collect(l)
    next(it)
    try:
        it.send(i)
    except StopIteration:
        pass
    print(l, end=" ")
print("done")  # expect: [0] [1] [2] done
