# flags: -OO
"""gone"""
def f():
    """gone as well"""
print(__doc__, f.__doc__, __debug__)  # expect: None None False
