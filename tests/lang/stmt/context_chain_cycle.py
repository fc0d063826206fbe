# Setting a context never makes a cycle.
def f():
    e = ValueError("one")
    try:
        raise e
    except ValueError:
        try:
            raise KeyError("two")
        except KeyError as k:
            try:
                raise e
            except ValueError as again:
                return again.__context__, again.__context__.__context__
print(f())  # expect: (KeyError('two'), None)
