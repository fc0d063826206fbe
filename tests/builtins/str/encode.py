print("é日😀".encode(), "abc".encode("ascii"), "é".encode("latin-1"), "a😀".encode("utf-16-le"), "a".encode("utf-32-be"), "é".encode("utf-16"), "aé".encode("ascii", "ignore"), "aé😀".encode("ascii", "replace"), "aé😀".encode("ascii", "xmlcharrefreplace"), "aé😀".encode("ascii", "backslashreplace"), "é".encode("ascii", "namereplace"), "\udcff".encode("utf-8", "surrogateescape"), "\ud800".encode("utf-8", "surrogatepass"), "x".encode(encoding="utf-8", errors="strict"))  # expect: b'\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80' b'abc' b'\xe9' b'a\x00=\xd8\x00\xde' b'\x00\x00\x00a' b'\xff\xfe\xe9\x00' b'a' b'a??' b'a&#233;&#128512;' b'a\\xe9\\U0001f600' b'\\N{LATIN SMALL LETTER E WITH ACUTE}' b'\xff' b'\xed\xa0\x80' b'x'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: "é".encode("ascii"))  # expect: UnicodeEncodeError 'ascii' codec can't encode character '\xe9' in position 0: ordinal not in range(128)
t(lambda: "aéé".encode("ascii"))  # expect: UnicodeEncodeError 'ascii' codec can't encode characters in position 1-2: ordinal not in range(128)
t(lambda: "日".encode("latin-1"))  # expect: UnicodeEncodeError 'latin-1' codec can't encode character '\u65e5' in position 0: ordinal not in range(256)
t(lambda: "\ud800".encode())  # expect: UnicodeEncodeError 'utf-8' codec can't encode character '\ud800' in position 0: surrogates not allowed
t(lambda: "a\ud800\ud801".encode("utf-8"))  # expect: UnicodeEncodeError 'utf-8' codec can't encode characters in position 1-2: surrogates not allowed
t(lambda: "é".encode("nonesuch"))  # expect: LookupError unknown encoding: nonesuch
t(lambda: "é".encode("ascii", "nonesuch"))  # expect: LookupError unknown error handler name 'nonesuch'
t(lambda: "é".encode(5))  # expect: TypeError encode() argument 'encoding' must be str, not int
t(lambda: "a".encode("ascii", "nonesuch"))  # expect: b'a'
t(lambda: "\ud800".encode("utf-16"))  # expect: UnicodeEncodeError 'utf-16' codec can't encode character '\ud800' in position 0: surrogates not allowed
t(lambda: "😀".encode("cp1252"))  # expect: UnicodeEncodeError 'charmap' codec can't encode character '\U0001f600' in position 0: character maps to <undefined>
t(lambda: "€".encode("cp1252"))  # expect: b'\x80'
