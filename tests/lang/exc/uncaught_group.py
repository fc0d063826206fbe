def f(x):
    raise ValueError(x)
def g():
    errors = []
    for i in range(2):
        try:
            f(i)
        except ValueError as e:
            e.add_note("note %d" % i)
            errors.append(e)
    raise ExceptionGroup("several", errors + [ExceptionGroup("nested", [TypeError("t")])])
g()
