# needs: os
"""The line that an error of a file shows is read in the encoding the file declares."""
import os, tempfile

def told(data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.py")
        with open(path, "wb") as f:
            f.write(data)
        try:
            compile(data, path, "exec")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset, ascii(e.text))

told(b"# coding: latin1\nreturn '\xe4'")  # expect: 'return' outside function 2 1 "return '\xe4'"
told(b"# coding: cp1252\n\nreturn '\x80'\n")  # expect: 'return' outside function 3 1 "return '\u20ac'\n"
told(b"\xef\xbb\xbfreturn '\xc3\xa4'\n")  # expect: 'return' outside function 1 1 "return '\xe4'\n"
