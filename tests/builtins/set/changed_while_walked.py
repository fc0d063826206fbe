# Operators look at the sets item by item; an `__eq__` that changes one of them does no harm.
class Key:
    armed = False

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __eq__(self, other):
        if Key.armed:
            Key.armed = False
            target.clear()
            target.update(range(40))
        return isinstance(other, Key) and self.n == other.n


def sets():
    global target
    Key.armed = False
    a, b = {Key(1), Key(2)}, {Key(2), Key(3)}
    target = a
    Key.armed = True
    return a, b


for operator in ("__and__", "__or__", "__sub__", "__xor__", "__le__", "isdisjoint", "update", "difference_update"):
    for flip in (False, True):
        a, b = sets()
        if flip:
            a, b = b, a
        try:
            result = getattr(a, operator)(b)
        except RuntimeError:
            result = None
        assert result is None or isinstance(result, (set, bool))
        assert len(set(target)) == len(target)
print("survived")  # expect: survived

a, b = set(range(30)), set(range(20, 50))
print(len(a | b), len(a & b), len(a - b), len(a ^ b), a <= b, {20, 21} <= b, a.isdisjoint(b))  # expect: 50 10 20 40 False True False
print(sorted((a ^ b) & (a | b)) == sorted(set(range(20)) | set(range(30, 50))))  # expect: True
print(list(dict.fromkeys("abc")), list({}.keys()), list({1: 2}.values()), sorted({1: 2, 3: 4}.items()), set({5: 6}), [*frozenset([1])])  # expect: ['a', 'b', 'c'] [] [2] [(1, 2), (3, 4)] {5} [1]
