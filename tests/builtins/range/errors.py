def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: range(1.0))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: range(1, 2, 0))  # expect: ValueError range() arg 3 must not be zero
t(lambda: range("1"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: range(3)[3])  # expect: IndexError range object index out of range
t(lambda: range(3)[-4])  # expect: IndexError range object index out of range
t(lambda: range(3)["a"])  # expect: TypeError range indices must be integers or slices, not str
t(lambda: range(3)[1.0])  # expect: TypeError range indices must be integers or slices, not float
t(lambda: range(3).index(5))  # expect: ValueError range.index(x): x not in range
t(lambda: range(3).index("a"))  # expect: ValueError sequence.index(x): x not in sequence
t(lambda: range(3).start.foo)  # expect: AttributeError 'int' object has no attribute 'foo'
t(lambda: setattr(range(3), "start", 1))  # expect: AttributeError readonly attribute
t(lambda: range(3) + range(3))  # expect: TypeError unsupported operand type(s) for +: 'range' and 'range'
t(lambda: range(3) < range(4))  # expect: TypeError '<' not supported between instances of 'range' and 'range'
t(lambda: range(stop=3))  # expect: TypeError range() takes no keyword arguments
t(lambda: len(range(2 ** 100)))  # expect: OverflowError Python int too large to convert to C ssize_t
t(lambda: range(3)[::0])  # expect: ValueError slice step cannot be zero
t(lambda: range(10 ** 30)[10 ** 29])  # expect: 100000000000000000000000000000
t(lambda: list(range(10 ** 30, 10 ** 30 + 3)))  # expect: [1000000000000000000000000000000, 1000000000000000000000000000001, 1000000000000000000000000000002]
t(lambda: range(0, 10 ** 30, 10 ** 29)[-1])  # expect: 900000000000000000000000000000
t(lambda: next(reversed(range(10 ** 20))))  # expect: 99999999999999999999
t(lambda: range(2 ** 63 - 2, 2 ** 63 + 2)[3])  # expect: 9223372036854775809
t(lambda: next(range(3)))  # expect: TypeError 'range' object is not an iterator
