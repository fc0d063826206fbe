"""The module's docstring."""
def f():
    """f's docstring."""
def g():
    "joined " "literal"
def h():
    f"not a docstring"
class C:
    """C's docstring.

        indented more
    """
def i():
    b"bytes"
print(__doc__)  # expect: The module's docstring.
print(f.__doc__, "|", g.__doc__, "|", h.__doc__, "|", i.__doc__)  # expect: f's docstring. | joined literal | None | None
print(repr(C.__doc__))  # expect: "C's docstring.\n\nindented more\n"
