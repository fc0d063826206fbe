def t(src):
    try:
        exec(src)
    except TypeError as e:
        print(e)
t("x = 1; x += 'a'")  # expect: unsupported operand type(s) for +=: 'int' and 'str'
t("x = []; x += 1")  # expect: 'int' object is not iterable
t("x = 1; x -= None")  # expect: unsupported operand type(s) for -=: 'int' and 'NoneType'
t("x = 'a'; x *= 'b'")  # expect: can't multiply sequence by non-int of type 'str'
t("x = {}; x |= 1")  # expect: 'int' object is not iterable
t("x = set(); x |= [1]")  # expect: unsupported operand type(s) for |=: 'set' and 'list'
t("x = 1; x **= 'a'")  # expect: unsupported operand type(s) for **=: 'int' and 'str'
t("x = 1; x @= 1")  # expect: unsupported operand type(s) for @=: 'int' and 'int'
t("x = 1; x >>= 1.0")  # expect: unsupported operand type(s) for >>=: 'int' and 'float'
t("x = None; x //= 1")  # expect: unsupported operand type(s) for //=: 'NoneType' and 'int'
t("x = ''; x %= 1")  # expect: not all arguments converted during string formatting
t("x = (); x += []")  # expect: can only concatenate tuple (not "list") to tuple
