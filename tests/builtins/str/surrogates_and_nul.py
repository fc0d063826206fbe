s = "a\ud800b\udfff"
print(len(s), ascii(s), s[1] == "\ud800", s.upper() == "A\ud800B\udfff", "\ud83d\ude00" == "😀", len("\ud83d\ude00"), s.find("\udfff"), s.isprintable(), hash(s) == hash("a\ud800b" + "\udfff"))
n = "a\0b"
print(len(n), ascii(n), n.split("\0"), n.find("\0"), n < "a\1", "\0" < "a", n.upper() == "A\0B", "\0" * 3 == "\0\0\0", int("1") if "\0" else 0)
try:
    print(s)
except UnicodeEncodeError as e:
    print(e)
# expect: 4 'a\ud800b\udfff' True True False 2 3 False True
# expect: 3 'a\x00b' ['a', 'b'] 1 True True True True 1
# expect: 'utf-8' codec can't encode character '\ud800' in position 1: surrogates not allowed
