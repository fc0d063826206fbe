def t(f):
    try:
        f()
    except Exception as e:
        return e
e = StopIteration(5)
print(e.value, e.args, StopIteration().value)  # expect: 5 (5,) None
e = SystemExit("bye")
print(e.code, SystemExit().code, SystemExit(1, 2).code)  # expect: bye None (1, 2)
e = KeyError("k")
print(e.args)  # expect: ('k',)
e = OSError(2, "No such file", "name.txt")
print(type(e).__name__, e.errno, e.strerror, e.filename, str(e), e.args)  # expect: FileNotFoundError 2 No such file name.txt [Errno 2] No such file: 'name.txt' (2, 'No such file')
print(repr(OSError(2, "m")), str(OSError("only")), OSError("only").errno, str(OSError(2, "m", "a", None, "b")))  # expect: FileNotFoundError(2, 'm') only None [Errno 2] m: 'a' -> 'b'
print(type(OSError(17, "x")).__name__, type(OSError(13, "x")).__name__, type(OSError(32, "x")).__name__, type(OSError(99999, "x")).__name__)  # expect: FileExistsError PermissionError BrokenPipeError OSError
e = UnicodeDecodeError("utf-8", b"\xff\xfe", 0, 1, "why")
print(e.encoding, e.object, e.start, e.end, e.reason, str(e))  # expect: utf-8 b'\xff\xfe' 0 1 why 'utf-8' codec can't decode byte 0xff in position 0: why
print(str(UnicodeEncodeError("ascii", "aé", 1, 2, "why")), str(UnicodeEncodeError("ascii", "éé", 0, 2, "why")), str(UnicodeTranslateError("é", 0, 1, "why")))  # expect: 'ascii' codec can't encode character '\xe9' in position 1: why 'ascii' codec can't encode characters in position 0-1: why can't translate character '\xe9' in position 0: why
e = ImportError("m", name="n", path="p", name_from="f")
print(e.name, e.path, e.msg, e.name_from)  # expect: n p m f
e = NameError("m", name="n")
print(e.name)  # expect: n
e = AttributeError("m", name="n", obj=5)
print(e.name, e.obj)  # expect: n 5
e = SyntaxError("msg", ("file", 1, 2, "text", 3, 4))
print(e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.print_file_and_line, str(e))  # expect: msg file 1 2 text 3 4 None msg (file, line 1)
for f in (lambda: UnicodeDecodeError(), lambda: SyntaxError("m", 5), lambda: SyntaxError("m", (1, 2)), lambda: ImportError("m", foo=1), lambda: AttributeError("m", foo=1)):
    print(repr(t(f)))
# expect: TypeError('function takes exactly 5 arguments (0 given)')
# expect: TypeError("'int' object is not iterable")
# expect: TypeError('function takes at least 4 arguments (2 given)')
# expect: TypeError("ImportError() got an unexpected keyword argument 'foo'")
# expect: TypeError("AttributeError() got an unexpected keyword argument 'foo'")

# The positions of Unicode errors are shown as they were given, inside of the object or not.
for start, end in (1, 2), (1, 3), (4, 9), (1000, 5), (-1, 0), (5, 6):
    print(UnicodeEncodeError("c", "abcde", start, end, "why"))
print(UnicodeDecodeError("c", b"abcde", 7, 8, "why"))
print(UnicodeTranslateError("abcde", -3, -2, "why"))
# expect: 'c' codec can't encode character '\x62' in position 1: why
# expect: 'c' codec can't encode characters in position 1-2: why
# expect: 'c' codec can't encode characters in position 4-8: why
# expect: 'c' codec can't encode characters in position 1000-4: why
# expect: 'c' codec can't encode characters in position -1--1: why
# expect: 'c' codec can't encode characters in position 5-5: why
# expect: 'c' codec can't decode bytes in position 7-7: why
# expect: can't translate characters in position -3--3: why

# Details that a second __init__ does not give are gone.
e = SyntaxError("one", ("f", 1, 2, "text", 3, 4))
e.__init__("two", ("g", 5, 6, "more"))
print(e.msg, e.filename, e.lineno, e.text, e.end_lineno, e.end_offset)  # expect: two g 5 more None None
