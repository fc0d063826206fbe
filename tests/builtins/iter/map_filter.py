print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(map(pow, [2, 3], [3, 2])), list(filter(str.isupper, "aBcD")), list(map(int, "123")))  # expect: ['1', '2'] [11, 22] [1, 'a'] [2, 3] [8, 9] ['B', 'D'] [1, 2, 3]
try:
    print(list(map(lambda a, b: (a, b), "abc", "ab", strict=True)))
except ValueError as e:
    print(e)  # expect: map() argument 2 is shorter than argument 1
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: map(str))  # expect: TypeError map() must have at least two arguments.
t(lambda: map())  # expect: TypeError map() must have at least two arguments.
t(lambda: list(map(5, [1])))  # expect: TypeError 'int' object is not callable
t(lambda: filter(None))  # expect: TypeError filter expected 2 arguments, got 1
t(lambda: list(filter(5, [1])))  # expect: TypeError 'int' object is not callable
t(lambda: map(str, 5))  # expect: TypeError 'int' object is not iterable
t(lambda: filter(None, 5))  # expect: TypeError 'int' object is not iterable
t(lambda: list(map(lambda: 0, [1])))  # expect: TypeError <lambda>.<locals>.<lambda>() takes 0 positional arguments but 1 was given
t(lambda: map(str, [1], foo=2))  # expect: TypeError map() got an unexpected keyword argument 'foo'
m = map(lambda x: 1 // x, [1, 0, 2])
print(next(m))  # expect: 1
t(lambda: next(m))  # expect: ZeroDivisionError division by zero
print(list(m), type(m).__name__, iter(m) is m)  # expect: [0] map True
def stop(x): raise StopIteration
print(list(map(stop, [1, 2])), list(filter(stop, [1])))  # expect: [] []
