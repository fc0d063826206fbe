print(any([]), all([]), any([0, 1]), all([1, 0]), any(x > 2 for x in range(5)), all("ab"), sum([1, 2]), sum([], 5), sum([[1], [2]], []), sum(range(101)), sum([1.5, 2]), sum(x for x in (1, 2)), sum([1], start=5), sum([True] * 3))  # expect: False True True False True True 3 5 [1, 2] 5050 3.5 3 6 3
print(min(3, 1, 2), max([3, 1]), min("abc"), max("a", "b"), min([], default=5), max([1, -5], key=abs), min((1, 2), (1, 1)), max([1, 1.0]), min([1.0, 1]), max("ab", "abc", key=len), min({3: 1, 2: 5}), max([], default=None), min([5], default=1), max(1, 2, key=None))  # expect: 1 3 a b 5 -5 (1, 1) 1 1.0 abc 2 None 5 2
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: min())  # expect: TypeError min expected at least 1 argument, got 0
t(lambda: min([]))  # expect: ValueError min() iterable argument is empty
t(lambda: max(5))  # expect: TypeError 'int' object is not iterable
t(lambda: max(1, "a"))  # expect: TypeError '>' not supported between instances of 'str' and 'int'
t(lambda: max(1, 2, default=3))  # expect: TypeError Cannot specify a default for max() with multiple positional arguments
t(lambda: min([1], key=5))  # expect: TypeError 'int' object is not callable
t(lambda: sum(["a"], ""))  # expect: TypeError sum() can't sum strings [use ''.join(seq) instead]
t(lambda: sum([b"a"], b""))  # expect: TypeError sum() can't sum bytes [use b''.join(seq) instead]
t(lambda: sum([[1]]))  # expect: TypeError unsupported operand type(s) for +: 'int' and 'list'
t(lambda: sum(5))  # expect: TypeError 'int' object is not iterable
t(lambda: any(5))  # expect: TypeError 'int' object is not iterable
t(lambda: all())  # expect: TypeError all() takes exactly one argument (0 given)
t(lambda: sum([1], 2, 3))  # expect: TypeError sum() takes at most 2 arguments (3 given)
t(lambda: sum([bytearray()], bytearray()))  # expect: TypeError sum() can't sum bytearray [use b''.join(seq) instead]
t(lambda: max([1, None]))  # expect: TypeError '>' not supported between instances of 'NoneType' and 'int'
log = []
print(any(log.append(x) or x for x in [0, 1, 2]), log)  # expect: True [0, 1]
print(sum([2 ** 62, 2 ** 62, -5]), sum([2 ** 63] * 2), sum([1] * 1000, 2 ** 64), sum([1, 2.5, 3]), sum([0.1] * 3), sum([1j, 2]))  # expect: 9223372036854775803 18446744073709551616 18446744073709552616 6.5 0.30000000000000004 (2+1j)
