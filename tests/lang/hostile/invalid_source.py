def check(src):
    try:
        exec(compile(src, "t", "exec"), {})
        print("ok")
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
check("\0")  # expect: SyntaxError source code string cannot contain null bytes
check("x = 1\0")  # expect: SyntaxError source code string cannot contain null bytes
check(b"x = '\xc3'")  # expect: SyntaxError Non-UTF-8 code starting with '\xc3' on line 1, but no encoding declared; see https://peps.python.org/pep-0263/ for details (t, line 1)
check(b"\xff\xfe\x00")  # expect: SyntaxError source code string cannot contain null bytes
check("\x1b[31m")  # expect: SyntaxError invalid non-printable character U+001B (t, line 1)
check("x\x01 = 1")  # expect: SyntaxError invalid non-printable character U+0001 (t, line 1)
check("x = 1\x0cy = 2")  # expect: SyntaxError invalid syntax (t, line 1)
check("\x0cx = 1")  # expect: ok
check("x = 1\ry = 2\r\n")  # expect: ok
check("if 1:\r\n  x = 1\r\n")  # expect: ok
check("'\ud800'")  # expect: UnicodeEncodeError 'utf-8' codec can't encode character '\ud800' in position 1: surrogates not allowed
check("# \ud800")
# expect: UnicodeEncodeError 'utf-8' codec can't encode character '\ud800' in position 2: surrogates not allowed
check("x = '''\r\n'''\nassert x == '\\n', repr(x)")
# expect: ok
check(" ")  # expect: ok
check("\\\n")  # expect: SyntaxError unexpected EOF while parsing (t, line 1)
check("\\\n\\\n1")  # expect: ok
check("x = 1 # comment \\")
# expect: ok
check("\t")  # expect: ok
check("1\\")  # expect: SyntaxError unexpected EOF while parsing (t, line 1)
check("(\n\n\n")  # expect: SyntaxError '(' was never closed (t, line 1)
check("\ufeff\ufeffx = 1")  # expect: SyntaxError invalid non-printable character U+FEFF (t, line 1)
check("x = 5 ;")  # expect: ok
check("\u2028x = 1")  # expect: SyntaxError invalid non-printable character U+2028 (t, line 1)
check("x = '\u2028'")  # expect: ok
check("a\u0300 = 1")  # expect: ok
