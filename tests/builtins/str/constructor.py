print(str(), str(5), str(None), str("a"), str([1, "b"]), str(b"abc"), str(b"abc", "ascii"), str(b"\xc3\xa9", "utf-8"), str(bytearray(b"x"), "latin-1"), str(object=3), str(b"\xff", errors="replace"), str(b"\xff", "utf-8", "ignore"), str(memoryview(b"mv"), "ascii"), repr(str(b"", "ascii")))  # expect:  5 None a [1, 'b'] b'abc' abc é x 3 �  mv ''
class S(str):
    def __str__(self): return "custom"
print(str(S("x")), S("x"), S("x") + "", f"{S('x')}", "%s" % S("x"), "".join([S("x")]), repr(S("x")))  # expect: custom custom x custom custom x 'x'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: str("a", "ascii"))  # expect: TypeError decoding str is not supported
t(lambda: str(5, "ascii"))  # expect: TypeError decoding to str: need a bytes-like object, int found
t(lambda: str(b"\xff", "ascii"))  # expect: UnicodeDecodeError 'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)
t(lambda: str(b"a", "nonesuch"))  # expect: LookupError unknown encoding: nonesuch
t(lambda: str(b"a", 5))  # expect: TypeError str() argument 'encoding' must be str, not int
t(lambda: str(1, 2, 3, 4))  # expect: TypeError str expected at most 3 arguments, got 4
t(lambda: str(foo=1))  # expect: TypeError str() got an unexpected keyword argument 'foo'
