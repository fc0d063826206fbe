print(b"%s %d %x %c %r %a %b" % (b"a", 5, 255, 65, "é", "é", bytearray(b"z")), b"%5.1f|%-5d|%05d|%%" % (3.14, 5, 5), b"%(k)s" % {b"k": b"v"}, b"%c" % b"x", b"%s" % memoryview(b"mv"), bytearray(b"%d") % 5, b"%i %o %e" % (1, 8, 1.5), b"%.2s" % b"abc", b"%10s|" % b"ab")  # expect: b"a 5 ff A '\\xe9' '\\xe9' z" b'  3.1|5    |00005|%' b'v' b'x' b'mv' bytearray(b'5') b'1 10 1.500000e+00' b'ab' b'        ab|'
def t(f, a):
    try:
        print(f % a)
    except Exception as e:
        print(type(e).__name__, e)
t(b"%s", "str")  # expect: TypeError %b requires a bytes-like object, or an object that implements __bytes__, not 'str'
t(b"%b", 5)  # expect: TypeError %b requires a bytes-like object, or an object that implements __bytes__, not 'int'
t(b"%c", 256)  # expect: OverflowError %c arg not in range(256)
t(b"%c", b"ab")  # expect: TypeError %c requires an integer in range(256) or a single byte, not a bytes object of length 2
t(b"%d", b"a")  # expect: TypeError %d format: a real number is required, not bytes
t(b"%s %s", b"a")  # expect: TypeError not enough arguments for format string
t(b"%s", (b"a", b"b"))  # expect: TypeError not all arguments converted during bytes formatting
t(b"%(k)s", {"k": b"v"})  # expect: KeyError b'k'
t(b"%z", 1)  # expect: ValueError unsupported format character 'z' (0x7a) at index 1
t(b"%", ())  # expect: ValueError incomplete format
class B:
    def __bytes__(self): return b"bytes!"
t(b"%s", B())  # expect: b'bytes!'
