"""Loops that unpack the pairs of enumerate, zip and dict items."""


def indexed(items, start=0):
    return [(i, item) for i, item in enumerate(items, start)]


print(indexed("abc"))  # expect: [(0, 'a'), (1, 'b'), (2, 'c')]
print(indexed((x for x in "ab"), 2**49 - 1))  # expect: [(562949953421311, 'a'), (562949953421312, 'b')]
print(indexed(b"\x01\xff"), indexed(bytearray(b"A")))  # expect: [(0, 1), (1, 255)] [(0, 65)]

# The first iterator is asked once more than the second.
left, right = iter([1, 2, 3, 4]), iter("ab")
for number, letter in zip(left, right):
    print(number, letter)
# expect: 1 a
# expect: 2 b
print(next(left))  # expect: 4


def swap(pairs):
    out = []
    for key, value in pairs:
        out.append((value, key))
    return out


# One loop sees many kinds of iterators.
sources = [
    {"a": 1}.items(), enumerate("x"), zip("p", "q"), [(1, 2)], zip("m", "n", strict=True), iter([(3, 4)]),
    ((n, -n) for n in [5]), ["yz"],
]
for source in sources:
    print(swap(source))
# expect: [(1, 'a')]
# expect: [('x', 0)]
# expect: [('q', 'p')]
# expect: [(2, 1)]
# expect: [('n', 'm')]
# expect: [(4, 3)]
# expect: [(-5, 5)]
# expect: [('z', 'y')]

for wrong in [zip("a", "b", "c"), zip("a"), enumerate([]), zip(), [1]]:
    try:
        print(swap(wrong))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
# expect: ValueError too many values to unpack (expected 2, got 3)
# expect: ValueError not enough values to unpack (expected 2, got 1)
# expect: []
# expect: []
# expect: TypeError cannot unpack non-iterable int object

try:
    for left, right in zip("ab", "c", strict=True):
        pass
except ValueError as error:
    print(error)  # expect: zip() argument 2 is shorter than argument 1

growing = {1: 2}
try:
    for key, value in growing.items():
        growing[key + 1] = value
except RuntimeError as error:
    print(error, growing)  # expect: dictionary changed size during iteration {1: 2, 2: 2}


class Stops:
    def __iter__(self):
        return self

    def __next__(self):
        raise OSError("stop")


try:
    for index, item in enumerate(Stops()):
        pass
except OSError as error:
    print(error, error.__traceback__.tb_lineno)  # expect: stop 78

# Names that are stored elsewhere, and the last values that stay.
box = {}
for box["key"], box["value"] in {"k": "v", "l": "w"}.items():
    pass
print(box)  # expect: {'key': 'l', 'value': 'w'}
for index, (first, *rest) in enumerate(["abc", "d"]):
    print(index, first, rest)
# expect: 0 a ['b', 'c']
# expect: 1 d []
