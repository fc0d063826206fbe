s = "  \t\n hello \xa0\u2003 "
print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()), repr("".strip()), repr("   ".strip()))  # expect: 'hello' 'hello \xa0\u2003 ' '  \t\n hello' '' ''
print("xxhixx".strip("x"), "xyhiyx".strip("yx"), "hello".strip("ho"), "hello".lstrip("he"), "hello".rstrip("lo"), "aaa".strip("a"), "abc".strip(""), "😀a😀".strip("😀"), "ééaé".lstrip("é"), "abc".strip(None))  # expect: hi hi ell llo he  abc a aé abc
print("TestHook".removeprefix("Test"), "TestHook".removesuffix("Hook"), "abc".removeprefix("x"), "abc".removesuffix(""), "aXaX".removeprefix("aX"), "abc".removeprefix("abcd"))  # expect: Hook Test abc abc aX abc
for f in (lambda: s.strip(1), lambda: s.strip("a", "b"), lambda: s.removeprefix(1), lambda: s.removesuffix(), lambda: s.strip(chars="x")):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: strip arg must be None or str
# expect: strip expected at most 1 argument, got 2
# expect: removeprefix() argument must be str, not int
# expect: str.removesuffix() takes exactly one argument (0 given)
# expect: str.strip() takes no keyword arguments
