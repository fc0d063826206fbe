t = (1, 2, 3)
print(t, (1,), (), tuple(), tuple("ab"), tuple([1]), 1, t[0], t[-1], t[1:], t[::-1], t + (4,), t * 2, 2 * (0,), 2 in t, len(t), t.count(1), t.index(2), t == (1, 2, 3), t < (1, 3), t < (1, 2, 3, 0), hash(t) == hash((1, 2, 3)), t.index(3, 1, 3))  # expect: (1, 2, 3) (1,) () () ('a', 'b') (1,) 1 1 3 (2, 3) (3, 2, 1) (1, 2, 3, 4) (1, 2, 3, 1, 2, 3) (0, 0) True 3 1 1 True True True True 2
print(tuple(t) is t, () is tuple(), t[:] is t, hash(()), hash((1, (2, 3))) == hash((1, (2, 3))), {(1, 2): "k"}[1, 2], (1, 2) == [1, 2], t != (1,))  # expect: True True True 5740354900026072187 True k False True
print(repr((1,)), repr(((),)), repr(("a", 1.5)), str((None,)), t.__getnewargs__(), t.__class_getitem__(int), (1, 2, *(3, 4)), tuple(x for x in "xy"))  # expect: (1,) ((),) ('a', 1.5) (None,) ((1, 2, 3),) tuple[int] (1, 2, 3, 4) ('x', 'y')
def f(g):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
f(lambda: t[5])  # expect: IndexError tuple index out of range
f(lambda: t["a"])  # expect: TypeError tuple indices must be integers or slices, not str
f(lambda: t + [1])  # expect: TypeError can only concatenate tuple (not "list") to tuple
f(lambda: t * "a")  # expect: TypeError can't multiply sequence by non-int of type 'str'
f(lambda: t.index(9))  # expect: ValueError tuple.index(x): x not in tuple
f(lambda: t < [1])  # expect: TypeError '<' not supported between instances of 'tuple' and 'list'
f(lambda: hash((1, [])))  # expect: TypeError unhashable type: 'list'
f(lambda: t.append(1))  # expect: AttributeError 'tuple' object has no attribute 'append'
f(lambda: tuple(5))  # expect: TypeError 'int' object is not iterable
f(lambda: tuple(1, 2))  # expect: TypeError tuple expected at most 1 argument, got 2
f(lambda: setattr(t, "x", 1))  # expect: AttributeError 'tuple' object has no attribute 'x' and no __dict__ for setting new attributes
f(lambda: (1, "a") < (1, 2))  # expect: TypeError '<' not supported between instances of 'str' and 'int'
f(lambda: (1, "a") < (0, 2))  # expect: False
