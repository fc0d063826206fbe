print("a b  c".split(), " a b ".split(), "".split(), "   ".split(), "a,b,,c".split(","), "".split(","), ",".split(","), "a b c d".split(None, 2), "a b c d ".split(maxsplit=1), " a  b ".split(" "), "abc".split("abc"), "aXXbXXc".split("XX", 1))  # expect: ['a', 'b', 'c'] ['a', 'b'] [] [] ['a', 'b', '', 'c'] [''] ['', ''] ['a', 'b', 'c d'] ['a', 'b c d '] ['', 'a', '', 'b', ''] ['', ''] ['a', 'bXXc']
print("a b c".rsplit(None, 1), "a,b,c".rsplit(",", 1), "a,b,c".rsplit(","), " a b ".rsplit(), "abc".rsplit("z"), " a  b c ".rsplit(None, 1), "a,b,c".split(",", 0), "a b c".split(None, 0), "  a b".split(None, 0), "a b ".rsplit(None, 0))  # expect: ['a b', 'c'] ['a,b', 'c'] ['a', 'b', 'c'] ['a', 'b'] ['abc'] [' a  b', 'c'] ['a,b,c'] ['a b c'] ['a b'] ['a b']
print("a\u2003b\xa0c\x1cd".split(), "é😀é".split("😀"), "1<>2<>3".split("<>", -1), "x" .split("x", 5))  # expect: ['a', 'b', 'c', 'd'] ['é', 'é'] ['1', '2', '3'] ['', '']
print("abc".partition("b"), "abc".partition("z"), "abcbd".rpartition("b"), "abc".rpartition("z"), "".partition("x"), "aXXb".partition("XX"))  # expect: ('a', 'b', 'c') ('abc', '', '') ('abc', 'b', 'd') ('', '', 'abc') ('', '', '') ('a', 'XX', 'b')
for f in (lambda: "a".split(""), lambda: "a".partition(""), lambda: "a".rpartition(""), lambda: "a".split(1), lambda: "a".split(",", "x"), lambda: "a".partition(1), lambda: "a".rsplit("")):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
# expect: ValueError empty separator
# expect: ValueError empty separator
# expect: ValueError empty separator
# expect: TypeError must be str or None, not int
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError must be str, not int
# expect: ValueError empty separator
