import io
s = io.StringIO("line1\nline2\r\nline3")
print(s.readline(), list(s), s.tell(), s.seek(0), s.read(3), s.write("XY"), s.getvalue(), s.truncate(4), repr(s.getvalue()), s.closed, s.readable())
# expect: line1
# expect:  ['line2\r\n', 'line3'] 18 0 lin 2 linXY
# expect: line2
# expect: line3 4 'linX' False True
b = io.BytesIO(b"abcdef")
print(b.read(2), b.seek(-2, 2), b.read(), b.seek(0), b.readinto(bytearray(3)), b.getbuffer()[1], b.tell(), b.write(b"ZZ"), b.getvalue(), b.read1(1))  # expect: b'ab' 4 b'ef' 0 3 98 3 2 b'abcZZf' b'f'
w = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n")
w.write("é\nx"); w.flush()
print(w.buffer.getvalue(), w.encoding, w.newlines, w.line_buffering)  # expect: b'\xc3\xa9\r\nx' utf-8 None False
r = io.TextIOWrapper(io.BytesIO("a\r\nb\rc\nd".encode()), newline=None)
print(r.read(), r.newlines)
# expect: a
# expect: b
# expect: c
# expect: d ('\r', '\n', '\r\n')
r = io.TextIOWrapper(io.BytesIO(b"\xc3\xa9\xff"), encoding="utf-8", errors="replace")
print(r.read(1), ascii(r.read()))  # expect: é '\ufffd'
br = io.BufferedReader(io.BytesIO(b"0123456789"), 4)
print(br.peek(2)[:2], br.read(3), br.tell(), br.read())  # expect: b'01' b'012' 3 b'3456789'
class Raw(io.RawIOBase):
    def __init__(self): self.n = 0
    def readable(self): return True
    def readinto(self, buf):
        self.n += 1
        if self.n > 3: return 0
        buf[:2] = b"ab"
        return 2
print(io.BufferedReader(Raw()).read(), Raw().readall())  # expect: b'ababab' b'ababab'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
s.close()
t(lambda: s.read())  # expect: ValueError I/O operation on closed file
t(lambda: io.StringIO(b"x"))  # expect: TypeError initial_value must be str or None, not bytes
t(lambda: io.BytesIO("x"))  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: io.BytesIO().write("x"))  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: io.StringIO().write(b"x"))  # expect: TypeError string argument expected, got 'bytes'
t(lambda: io.StringIO("a").seek(-1))  # expect: ValueError Negative seek position -1
t(lambda: io.RawIOBase().fileno())  # expect: UnsupportedOperation fileno
t(lambda: io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="utf-8").read())  # expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
t(lambda: w.seek(5, 1))  # expect: UnsupportedOperation can't do nonzero cur-relative seeks
