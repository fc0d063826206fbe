def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("t'a' 'b'")  # expect: cannot mix t-string literals with string or bytes literals
check("'a' t'b'")  # expect: cannot mix t-string literals with string or bytes literals
check("t'a' f'b'")  # expect: cannot mix t-string literals with string or bytes literals
check("t'{'")  # expect: t-string: expecting '}'
check("t'}'")  # expect: t-string: single '}' is not allowed
check("t'{}'")  # expect: t-string: valid expression required before '}'
check("bt'x'")  # expect: 'b' and 't' prefixes are incompatible
check("ft'x'")  # expect: 'f' and 't' prefixes are incompatible
check("tf'x'")  # expect: 'f' and 't' prefixes are incompatible
check("t'{x!z}'")  # expect: t-string: invalid conversion character 'z': expected 's', 'r', or 'a'
check("t'{a b}'")  # expect: invalid syntax. Perhaps you forgot a comma?
check("t'{lambda x: 1}'")  # expect: t-string: lambda expressions are not allowed without parentheses
check("t'abc")  # expect: unterminated t-string literal (detected at line 1)
