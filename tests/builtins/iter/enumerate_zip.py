print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate(iterable="a", start=-1)), list(zip()), list(zip("ab", [1, 2, 3])), list(zip("ab")), list(zip([], [1])), list(enumerate([], 10 ** 20)), list(enumerate("a", 2 ** 63 - 1)), next(enumerate("x", 2 ** 100)))  # expect: [(0, 'a'), (1, 'b')] [(5, 'a'), (6, 'b')] [(-1, 'a')] [] [('a', 1), ('b', 2)] [('a',), ('b',)] [] [] [(9223372036854775807, 'a')] (1267650600228229401496703205376, 'x')
print(list(zip("ab", [1, 2], strict=True)), dict(zip("ab", range(2))), type(enumerate("")).__name__, enumerate("a").__reduce__()[1][1])  # expect: [('a', 1), ('b', 2)] {'a': 0, 'b': 1} enumerate 0
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: list(zip("ab", "a", strict=True)))  # expect: ValueError zip() argument 2 is shorter than argument 1
t(lambda: list(zip("a", "ab", strict=True)))  # expect: ValueError zip() argument 2 is longer than argument 1
t(lambda: list(zip("ab", "ab", "a", strict=True)))  # expect: ValueError zip() argument 3 is shorter than arguments 1-2
t(lambda: list(zip([], "a", "b", strict=True)))  # expect: ValueError zip() argument 2 is longer than argument 1
t(lambda: enumerate("a", "b"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: enumerate(5))  # expect: TypeError 'int' object is not iterable
t(lambda: zip("a", 5))  # expect: TypeError 'int' object is not iterable
t(lambda: enumerate("a", 1, 2))  # expect: TypeError enumerate() takes at most 2 arguments (3 given)
it = iter("abcd")
print(list(zip(it, it)))  # expect: [('a', 'b'), ('c', 'd')]
a = iter([1, 2, 3])
b = iter([1])
list(zip(a, b))
print(list(a))  # expect: [3]
print([x for x in zip(*[(1, 2), (3, 4)])])  # expect: [(1, 3), (2, 4)]
