from itertools import *
print(list(islice(count(5, 2), 3)), list(islice(cycle("ab"), 5)), list(repeat(1, 3)), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=10)))  # expect: [5, 7, 9] ['a', 'b', 'a', 'b', 'a'] [1, 1, 1] [1, 3, 6] [10, 10, 20, 60]
print(list(chain("ab", [1])), list(chain.from_iterable(["ab", "c"])), list(compress("abcd", [1, 0, 1])), list(dropwhile(lambda x: x < 3, [1, 3, 2])), list(takewhile(lambda x: x < 3, [1, 3, 2])), list(filterfalse(None, [0, 1])))  # expect: ['a', 'b', 1] ['a', 'b', 'c'] ['a', 'c'] [3, 2] [1] [0]
print([(k, list(g)) for k, g in groupby("aabbb")], list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest("ab", "c", fillvalue="-")), list(pairwise("abc")), list(batched("abcde", 2)))  # expect: [('a', ['a', 'a']), ('b', ['b', 'b', 'b'])] [8, 9] [('a', 'c'), ('b', '-')] [('a', 'b'), ('b', 'c')] [('a', 'b'), ('c', 'd'), ('e',)]
print(list(product("ab", repeat=2)), list(permutations("abc", 2)), list(combinations("abcd", 2)), list(combinations_with_replacement("ab", 2)))  # expect: [('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')] [('a', 'b'), ('a', 'c'), ('b', 'a'), ('b', 'c'), ('c', 'a'), ('c', 'b')] [('a', 'b'), ('a', 'c'), ('a', 'd'), ('b', 'c'), ('b', 'd'), ('c', 'd')] [('a', 'a'), ('a', 'b'), ('b', 'b')]
a, b = tee(iter([1, 2, 3]))
print(next(a), list(b), list(a), list(islice(range(10), 2, None, 3)), list(islice([1, 2, 3], None)))  # expect: 1 [1, 2, 3] [2, 3] [2, 5, 8] [1, 2, 3]
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: islice([1], -1))  # expect: ValueError Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.
t(lambda: list(batched("abc", 0)))  # expect: ValueError n must be at least one
t(lambda: list(batched("abc", 2, strict=True)))  # expect: ValueError batched(): incomplete batch
t(lambda: combinations("ab", -1))  # expect: ValueError r must be non-negative
t(lambda: repeat())  # expect: TypeError repeat() missing required argument 'object' (pos 1)
t(lambda: count("a"))  # expect: TypeError a number is required
t(lambda: chain.from_iterable(5))  # expect: TypeError 'int' object is not iterable
t(lambda: list(chain(5)))  # expect: TypeError 'int' object is not iterable
