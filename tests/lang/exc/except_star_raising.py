try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise KeyError("new")
    except* TypeError:
        raise
except ExceptionGroup as e:
    print(repr(e))  # expect: ExceptionGroup('', [KeyError('new'), ExceptionGroup('g', [TypeError(2), OSError(3)])])
    print([repr(x) for x in e.exceptions])  # expect: ["KeyError('new')", "ExceptionGroup('g', [TypeError(2), OSError(3)])"]
    print(repr(e.exceptions[0].__context__))  # expect: ExceptionGroup('g', [ValueError(1)])
def g():
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ValueError as e:
        pass
    try:
        e
    except NameError as x:
        return str(x)
print(g())  # expect: cannot access local variable 'e' where it is not associated with a value
