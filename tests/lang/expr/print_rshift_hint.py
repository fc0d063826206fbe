# Python 2 habits get a hint.
try:
    print >> 5
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for >>: 'builtin_function_or_method' and 'int'
