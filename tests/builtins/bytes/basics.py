b = b"hello"
print(b, b[0], b[-1], b[1:3], b[::-1], len(b), list(b), b + b" x", b * 2, 2 * b, b == b"hello", b < b"help", b"l" in b, 104 in b, b"" in b, b != "hello", hash(b) == hash(b"hel" + b"lo"))  # expect: b'hello' 104 111 b'el' b'olleh' 5 [104, 101, 108, 108, 111] b'hello x' b'hellohello' b'hellohello' True True True True True True True
print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(bytearray(b"y")), bytes(range(3)), bytes(memoryview(b"m")), bytes(source=b"k") if False else "", bytes("a", encoding="ascii", errors="strict"), bytes((i for i in (65, 66))))  # expect: b'' b'\x00\x00\x00' b'\x01\x02\xff' b'\xc3\xa9' b'x' b'y' b'\x00\x01\x02' b'm'  b'a' b'AB'
print(repr(b"\x00\t\n\r\\'\"\x7f\x80\xff"), repr(b"'"), repr(b'"'), repr(b"'\""), b"\101\x41", rb"\x41", b"a" b"b")  # expect: b'\x00\t\n\r\\\'"\x7f\x80\xff' b"'" b'"' b'\'"' b'AA' b'\\x41' b'ab'
class B:
    def __bytes__(self): return b"from dunder"
class I:
    def __index__(self): return 2
print(bytes(B()), bytes(I()), bytes([I(), I()]))  # expect: b'from dunder' b'\x00\x00' b'\x02\x02'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: bytes("a"))  # expect: TypeError string argument without an encoding
t(lambda: bytes([256]))  # expect: ValueError bytes must be in range(0, 256)
t(lambda: bytes([-1]))  # expect: ValueError bytes must be in range(0, 256)
t(lambda: bytes(-1))  # expect: ValueError negative count
t(lambda: bytes(["a"]))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: bytes(1.5))  # expect: TypeError cannot convert 'float' object to bytes
t(lambda: bytes(None))  # expect: TypeError cannot convert 'NoneType' object to bytes
t(lambda: bytes(5, "ascii"))  # expect: TypeError encoding without a string argument
t(lambda: bytes(b"a", "ascii"))  # expect: TypeError encoding without a string argument
t(lambda: bytes(encoding="ascii"))  # expect: TypeError encoding without a string argument
t(lambda: b"a" + "a")  # expect: TypeError can't concat str to bytes
t(lambda: b"a" * 1.5)  # expect: TypeError can't multiply sequence by non-int of type 'float'
t(lambda: "a" in b"a")  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: 256 in b"a")  # expect: ValueError byte must be in range(0, 256)
t(lambda: b[10])  # expect: IndexError index out of range
t(lambda: b["a"])  # expect: TypeError byte indices must be integers or slices, not str
t(lambda: b"a" < "a")  # expect: TypeError '<' not supported between instances of 'bytes' and 'str'
t(lambda: setattr(b, "x", 1))  # expect: AttributeError 'bytes' object has no attribute 'x' and no __dict__ for setting new attributes
