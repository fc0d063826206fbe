b = b"Hello World"
print(b.upper(), b.lower(), b.title(), b.capitalize(), b.swapcase(), b.center(15, b"*"), b.ljust(13), b.rjust(13, b"-"), b"42".zfill(5), b"-4".zfill(4), b"a\tb".expandtabs(4))  # expect: b'HELLO WORLD' b'hello world' b'Hello World' b'Hello world' b'hELLO wORLD' b'**Hello World**' b'Hello World  ' b'--Hello World' b'00042' b'-004' b'a   b'
print(b.find(b"o"), b.find(111), b.rfind(b"o"), b.index(b"W"), b.rindex(b"l"), b.count(b"l"), b.count(108), b.count(b""), b.startswith(b"He"), b.endswith((b"x", b"ld")), b.find(b"zz"), b.find(b"o", 5), b.find(b"", 20))  # expect: 4 4 7 6 9 3 3 12 True True -1 7 -1
print(b.split(), b"a,b,,c".split(b","), b"a b c".rsplit(None, 1), b"a\nb\r\nc".splitlines(), b"a\nb".splitlines(True), b.partition(b" "), b.rpartition(b"o"), b",".join([b"a", bytearray(b"b"), memoryview(b"c")]), b.replace(b"l", b"LL", 2), b"aaa".replace(b"", b"-"))  # expect: [b'Hello', b'World'] [b'a', b'b', b'', b'c'] [b'a b', b'c'] [b'a', b'b', b'c'] [b'a\n', b'b'] (b'Hello', b' ', b'World') (b'Hello W', b'o', b'rld') b'a,b,c' b'HeLLLLo World' b'-a-a-a-'
print(b"  x ".strip(), b"xxaxx".strip(b"x"), b"abc".lstrip(b"ab"), b"abc".rstrip(b"bc"), b"abc".removeprefix(b"a"), b"abc".removesuffix(b"c"), b.translate(bytes(range(256)), b"l"), b.translate(None, b"lo"), bytes.maketrans(b"abc", b"xyz")[97:100])  # expect: b'x' b'a' b'c' b'a' b'bc' b'ab' b'Heo Word' b'He Wrd' b'xyz'
print(b"abc".isalpha(), b"12".isdigit(), b"a1".isalnum(), b" \t".isspace(), b"ab".islower(), b"AB".isupper(), b"Ab".istitle(), b"\x80".isascii(), b"".isascii(), b"".isalpha(), b"\xe9".isalpha())  # expect: True True True True True True True False True False False
print(b.hex(), b.hex(":"), b.hex("-", 2), b.hex(" ", -4), bytes.fromhex("48 65 6c"), bytes.fromhex(""), b.decode(), b"\xc3\xa9".decode("utf-8"), b"\xff".decode("latin-1"), b"\xffa".decode("utf-8", "replace"), b"\xffa".decode(errors="ignore"), b"\xff".decode("utf-8", "backslashreplace"), ascii(b"\xff".decode("utf-8", "surrogateescape")), bytes.fromhex(b"4142"))  # expect: 48656c6c6f20576f726c64 48:65:6c:6c:6f:20:57:6f:72:6c:64 48-656c-6c6f-2057-6f72-6c64 48656c6c 6f20576f 726c64 b'Hel' b'' Hello World é ÿ �a a \xff '\udcff' b'AB'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: b.find("o"))  # expect: TypeError argument should be integer or bytes-like object, not 'str'
t(lambda: b.find(256))  # expect: ValueError byte must be in range(0, 256)
t(lambda: b.index(b"zz"))  # expect: ValueError subsection not found
t(lambda: b.split(b""))  # expect: ValueError empty separator
t(lambda: b.split(","))  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: b.join(["a"]))  # expect: TypeError sequence item 0: expected a bytes-like object, str found
t(lambda: b",".join([b"a", 5]))  # expect: TypeError sequence item 1: expected a bytes-like object, int found
t(lambda: b.replace("a", "b"))  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: b.startswith("H"))  # expect: TypeError startswith first arg must be bytes or a tuple of bytes, not str
t(lambda: b.startswith([b"H"]))  # expect: TypeError startswith first arg must be bytes or a tuple of bytes, not list
t(lambda: b.center(20, "x"))  # expect: TypeError center() argument 2 must be a byte string of length 1, not str
t(lambda: b.center(20, b"xx"))  # expect: TypeError center(): argument 2 must be a byte string of length 1, not a bytes object of length 2
t(lambda: b.translate(b"short"))  # expect: ValueError translation table must be 256 characters long
t(lambda: b.strip("x"))  # expect: TypeError a bytes-like object is required, not 'str'
t(lambda: bytes.fromhex("4"))  # expect: ValueError fromhex() arg must contain an even number of hexadecimal digits
t(lambda: bytes.fromhex("zz"))  # expect: ValueError non-hexadecimal number found in fromhex() arg at position 0
t(lambda: bytes.fromhex("4 1"))  # expect: ValueError non-hexadecimal number found in fromhex() arg at position 1
t(lambda: bytes.fromhex(5))  # expect: TypeError fromhex() argument must be str or bytes-like, not int
t(lambda: b.hex("::"))  # expect: ValueError sep must be length 1.
t(lambda: b.hex(5))  # expect: TypeError object of type 'int' has no len()
t(lambda: b.decode("ascii", "x") + b"\xff".decode("ascii"))  # expect: UnicodeDecodeError 'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)
t(lambda: b.decode("nonesuch"))  # expect: LookupError unknown encoding: nonesuch
t(lambda: bytes.maketrans(b"a", b"bc"))  # expect: ValueError maketrans arguments must have same length
