def check(src):
    try:
        compile(src, "t", "eval")
        print("ok")
    except SyntaxError as e:
        print(e.msg, e.offset)
check("0777")  # expect: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers 1
check("0b12")  # expect: invalid digit '2' in binary literal 4
check("0o8")  # expect: invalid digit '8' in octal literal 3
check("0xg")  # expect: invalid hexadecimal literal 2
check("1__0")  # expect: invalid decimal literal 2
check("1_")  # expect: invalid decimal literal 2
check("1.e")  # expect: invalid decimal literal 2
check("1e")  # expect: invalid decimal literal 1
check("123abc")  # expect: invalid decimal literal 3
check("0b")  # expect: invalid binary literal 2
check("'abc")  # expect: unterminated string literal (detected at line 1) 1
check("'''abc")
# expect: unterminated triple-quoted string literal (detected at line 1) 1
check("b'é'")  # expect: bytes can only contain ASCII literal characters 1
check("'\\x4'")  # expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \xXX escape 1
check("'\\N{nope}'")  # expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-7: unknown Unicode character name 1
check("'\\u12'")  # expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \uXXXX escape 1
check("1.2.3")  # expect: invalid syntax 4
check("0_7")  # expect: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers 1
check("5a")  # expect: invalid decimal literal 1
check("$")  # expect: invalid syntax 1
check("a ? b")  # expect: invalid syntax 3
check("!")  # expect: invalid syntax 1
