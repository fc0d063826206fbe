ns = {}
exec(b"# -*- coding: latin-1 -*-\nx = '\xe9'", ns)
print(ascii(ns["x"]))  # expect: '\xe9'
exec(b"\xef\xbb\xbfx = '\xc3\xa9'", ns)
print(ascii(ns["x"]))  # expect: '\xe9'
def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
check(b"x = '\xff'")  # expect: SyntaxError Non-UTF-8 code starting with '\xff' on line 1, but no encoding declared; see https://peps.python.org/pep-0263/ for details (t, line 1)
check(b"# coding: nonesuch\nx = 1")
# expect: SyntaxError unknown encoding: nonesuch (t, line 0)
check("x = '\0'")  # expect: SyntaxError source code string cannot contain null bytes
check(b"x = 1\0")  # expect: SyntaxError source code string cannot contain null bytes
check("# coding: latin-1\nx = 'é'")
# expect: ok
check(b"\xef\xbb\xbf# coding: latin-1\nx = 1")
# expect: SyntaxError encoding problem: iso-8859-1 with BOM (t, line 1)
check("\ufeffx = 1")  # expect: SyntaxError invalid non-printable character U+FEFF (t, line 1)
check(b"#!shebang\n# vim: set fileencoding=utf-8 :\nx = 1")
# expect: ok
