import warnings
def check(source, *filters):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for f in filters:
            warnings.simplefilter(*f)
        try:
            compile(source, "t", "exec")
            print("fine")
        except SyntaxError as e:
            print(e.msg)
    print([str(w.message) for w in caught])
check(r"'\e' + (")
# expect: '(' was never closed
# expect: ['"\\e" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\\\e"? A raw string is also an option.']
check(r"'\e' 1")
# expect: invalid syntax
# expect: ['"\\e" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\\\e"? A raw string is also an option.']
check(r"f'\{1}'")
# expect: fine
# expect: ['"\\{" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\\\{"? A raw string is also an option.']
check("1 is 1", ("ignore", (SyntaxWarning, DeprecationWarning)))
# expect: fine
# expect: []
check(r"'\z'", ("error", SyntaxWarning))
# expect: "\z" is an invalid escape sequence. Did you mean "\\z"? A raw string is also an option.
# expect: []
