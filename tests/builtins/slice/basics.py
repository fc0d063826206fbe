s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), repr(slice("a", "b")), slice(1, 2) == slice(1, 2), slice(1, 2) == slice(1, 2, 1), slice(1) < slice(2))  # expect: slice(1, 10, 2) 1 10 2 slice(None, 5, None) slice(None, None, None) slice('a', 'b', None) True False True
print(s.indices(5), slice(None).indices(4), slice(None, None, -1).indices(4), slice(-3, None).indices(10), slice(100, -100, -3).indices(7), slice(2 ** 100).indices(5), slice(0, 10 ** 30).indices(10 ** 29))  # expect: (1, 5, 2) (0, 4, 1) (3, -1, -1) (7, 10, 1) (6, -1, -3) (0, 5, 1) (0, 100000000000000000000000000000, 1)
print(hash(slice(1, 2)) == hash(slice(1, 2)), {slice(1): 2}[slice(1)])  # expect: True 2
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: slice())  # expect: TypeError slice expected at least 1 argument, got 0
t(lambda: slice(1, 2, 3, 4))  # expect: TypeError slice expected at most 3 arguments, got 4
t(lambda: slice(1, 2, 0).indices(5))  # expect: ValueError slice step cannot be zero
t(lambda: slice(1).indices(-1))  # expect: ValueError length should not be negative
t(lambda: slice("a").indices(5))  # expect: TypeError slice indices must be integers or None or have an __index__ method
t(lambda: slice(1).indices(1.0))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: setattr(s, "start", 1))  # expect: AttributeError readonly attribute
t(lambda: hash(slice([])))  # expect: TypeError unhashable type: 'list'
t(lambda: slice(1, 2) < 5)  # expect: TypeError '<' not supported between instances of 'slice' and 'int'
t(lambda: slice(stop=1))  # expect: TypeError slice() takes no keyword arguments
print([*range(10)][s], "abcdefghij"[s], (1, 2, 3)[slice(None, None, -1)])  # expect: [1, 3, 5, 7, 9] bdfhj (3, 2, 1)
