# Methods of lists, and slices, in loops that are compiled: what they give, and what they raise.

def rotate(items, times):
    for n in range(times):
        items.insert(len(items), items.pop(0))
        items.insert(-1, items.pop())
    return items

for times in (1, 5, 400):
    print(rotate(list(range(7)), times))
# expect: [1, 2, 3, 4, 5, 0, 6]
# expect: [5, 0, 1, 2, 3, 4, 6]
# expect: [4, 5, 0, 1, 2, 3, 6]


def empty_it(items):
    taken = []
    try:
        while True:
            taken.append(items.pop())
    except IndexError as e:
        return len(taken), taken[:2], taken[-2:], str(e)

print(empty_it(list(range(500))))
# expect: (500, [499, 498], [1, 0], 'pop from empty list')


def pop_beyond(items, at):
    got = 0
    try:
        while True:
            got += items.pop(at)
    except IndexError as e:
        return got, items, str(e)

print(pop_beyond(list(range(300)), 3))
# expect: (44847, [0, 1, 2], 'pop index out of range')
print(pop_beyond(list(range(300)), -2))
# expect: (44551, [299], 'pop index out of range')


def insert_anywhere(count):
    items = []
    for n in range(count):
        items.insert(n * 7 % 11 - 5, n)
        items.insert(1 << 40, -n)
        items.insert(-(1 << 40), n * 2)
    return sum(n * item for n, item in enumerate(items)), len(items)

print(insert_anywhere(300))
# expect: (-975240, 900)


class Loud:
    """Says when it dies."""
    def __init__(self, name):
        self.name = name
    def __del__(self):
        log.append(self.name)

log = []

def drop_popped(count):
    items = [Loud(n) for n in range(count)]
    for n in range(count - 1):
        items.pop(0)
        log.append(-n)
    items.pop(0)

drop_popped(200)
print(log[:6], log[-3:], len(log))
# expect: [0, 0, 1, -1, 2, -2] [198, -198, 199] 399


def mixed_items(items):
    numbers, others = 0, []
    while items:
        item = items.pop()
        if isinstance(item, int):
            numbers += item
        else:
            others.append(item)
    return numbers, others

print(mixed_items([1, 2.5] + list(range(400)) + ["a", None] + [10 ** 20]))
# expect: (100000000000000079801, [None, 'a', 2.5])


class Sub(list):
    def pop(self, at=-1):
        return ("sub", list.pop(self, at))
    def insert(self, at, item):
        list.insert(self, at, (item,))

def methods_of(lists):
    out = None
    for items in lists:
        items.insert(0, 5)
        out = items.pop(0)
    return out

print(methods_of([[1] for _ in range(300)] + [Sub([1])]))
# expect: ('sub', (5,))


def slices_of(things):
    got = []
    for n, thing in enumerate(things):
        got = thing[1:n % 5]
    return got

print(slices_of([list(range(9))] * 303), slices_of(["string"] * 303), slices_of([b"bytes"] * 303))
# expect: [1] t b'y'
print(slices_of([list(range(9)), "mixed", (1, 2, 3), b"bytes"] * 100 + [range(9)] * 3))
# expect: range(1, 2)


class Sliced:
    def __getitem__(self, key):
        return key

print(slices_of([list(range(9))] * 300 + [Sliced()]))
# expect: slice(1, 0, None)
try:
    slices_of([list(range(9))] * 300 + [5])
except TypeError as e:
    print(e)
# expect: 'int' object is not subscriptable


def slices_by(items, bounds):
    for start, stop in bounds:
        part = items[start:stop]
    return part

print(slices_by(list(range(5)), [(None, None)] * 300 + [(True, 10 ** 30)]))
# expect: [1, 2, 3, 4]
try:
    slices_by(list(range(5)), [(1, 2)] * 300 + [("a", None)])
except TypeError as e:
    print(e)
# expect: slice indices must be integers or None or have an __index__ method


def pop_own_list(depth):
    """The list dies with the call that empties it."""
    out = 0
    for n in range(depth):
        out += [n, n + 1].pop()
        out += [n, n + 1].pop(0)
        [1].insert(0, n)
    return out

print(pop_own_list(400))
# expect: 160000
