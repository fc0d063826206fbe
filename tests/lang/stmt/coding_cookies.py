def check(source):
    namespace = {}
    try:
        exec(compile(source, "t", "exec"), namespace)
    except SyntaxError as e:
        print("SyntaxError", e.msg, e.lineno, e.offset, e.text)
    else:
        print(ascii(namespace["x"]))
check(b"# coding: koi8-r\nx = '\xd1'\n")
# expect: '\u044f'
check(b"#!/usr/bin/env python\n# -*- coding: iso-8859-15 -*-\nx = '\xa4'")
# expect: '\u20ac'
check(b"# vim: set fileencoding=cp1252 :\nx = '\x80'")
# expect: '\u20ac'
check(b"x = 1\n# coding: nonsense\n")
# expect: 1
check(b"# coding: nonsense\nx = 1")
# expect: SyntaxError unknown encoding: nonsense 0 -1 None
check(b"# coding: hex_codec\nx = 1")
# expect: SyntaxError 'hex_codec' is not a text encoding; use codecs.decode() to handle arbitrary codecs 0 -1 None
check(b"# coding: ascii\nx = '\xe4'\n")
# expect: SyntaxError 'ascii' codec can't decode byte 0xe4 in position 21: ordinal not in range(128) 0 -1 None
check(b"# coding: utf-8\nx = 1\ny = '\xe4'\n")
# expect: SyntaxError Non-UTF-8 code starting with '\xe4' on line 3, but no encoding declared; see https://peps.python.org/pep-0263/ for details 3 6 y = '�'
check(b"\xef\xbb\xbf# coding: latin-1\nx = 1")
# expect: SyntaxError encoding problem: iso-8859-1 with BOM 1 0 # coding: latin-1
check(b"\xef\xbb\xbfx = '\xc3\xa4'")  # expect: '\xe4'
check(b"x = 1\0")  # expect: SyntaxError source code string cannot contain null bytes None None None
