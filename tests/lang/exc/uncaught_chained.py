def f():
    try:
        {}["key"]
    except KeyError as e:
        raise ValueError("while handling") from e
def g():
    try:
        f()
    except ValueError:
        undefined_thing
g()
