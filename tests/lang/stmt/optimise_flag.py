# flags: -O
assert False, "not evaluated"
print(__debug__)  # expect: False
def f():
    """kept under -O"""
print(f.__doc__)  # expect: kept under -O
