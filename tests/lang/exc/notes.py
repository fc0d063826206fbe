e = ValueError("x")
print(hasattr(e, "__notes__"))  # expect: False
e.add_note("one")
e.add_note("two\nlines")
print(e.__notes__)  # expect: ['one', 'two\nlines']
try:
    e.add_note(5)
except TypeError as x:
    print(x)  # expect: add_note() argument must be str, not int
e.__notes__ = 5
try:
    e.add_note("z")
except TypeError as x:
    print(x)  # expect: Cannot add note: __notes__ is not a list
