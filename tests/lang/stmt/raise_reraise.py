def f():
    try:
        raise ValueError("v")
    except ValueError as e:
        first = e
        try:
            raise
        except ValueError as again:
            return again is first, again.__context__
print(f())  # expect: (True, None)
def g():
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            raise IndexError("inner")
        except IndexError:
            pass
        raise
try:
    g()
except KeyError as e:
    print(repr(e))  # expect: KeyError('outer')
