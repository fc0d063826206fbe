def t(src):
    try:
        eval(src)
    except TypeError as e:
        print(e)
t("1 + 'a'")  # expect: unsupported operand type(s) for +: 'int' and 'str'
t("'a' + 1")  # expect: can only concatenate str (not "int") to str
t("b'a' + 'a'")  # expect: can't concat str to bytes
t("'a' + b'a'")  # expect: can only concatenate str (not "bytes") to str
t("[] + ()")  # expect: can only concatenate list (not "tuple") to list
t("() + []")  # expect: can only concatenate tuple (not "list") to tuple
t("1 - []")  # expect: unsupported operand type(s) for -: 'int' and 'list'
t("{} | []")  # expect: unsupported operand type(s) for |: 'dict' and 'list'
t("'a' * 'b'")  # expect: can't multiply sequence by non-int of type 'str'
t("'a' * 1.5")  # expect: can't multiply sequence by non-int of type 'float'
t("[1] * None")  # expect: can't multiply sequence by non-int of type 'NoneType'
t("1 << 1.0")  # expect: unsupported operand type(s) for <<: 'int' and 'float'
t("1 < 'a'")  # expect: '<' not supported between instances of 'int' and 'str'
t("[] < ()")  # expect: '<' not supported between instances of 'list' and 'tuple'
t("1 @ 2")  # expect: unsupported operand type(s) for @: 'int' and 'int'
t("None ** 2")  # expect: unsupported operand type(s) for ** or pow(): 'NoneType' and 'int'
t("1j // 2")  # expect: unsupported operand type(s) for //: 'complex' and 'int'
t("1j % 2")  # expect: unsupported operand type(s) for %: 'complex' and 'int'
t("1j < 2j")  # expect: '<' not supported between instances of 'complex' and 'complex'
t("divmod(1, 'a')")  # expect: unsupported operand type(s) for divmod(): 'int' and 'str'
t("pow(1, 2, 'a')")  # expect: unsupported operand type(s) for ** or pow(): 'int', 'int', 'str'
t("5 in 5")  # expect: argument of type 'int' is not a container or iterable
t("5 in 'abc'")  # expect: 'in <string>' requires string as left operand, not int
t("5 not in object()")  # expect: argument of type 'object' is not a container or iterable
