# The suggestion is part of the printed traceback only.
def f():
    parameter = 1
    return paramter
f()
# expect-error: NameError: name 'paramter' is not defined. Did you mean: 'parameter'?
