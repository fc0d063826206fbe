def t(b, enc="utf-8", err="strict"):
    try:
        print(ascii(b.decode(enc, err)))
    except Exception as e:
        print(type(e).__name__, e)
for b in (b"\x80", b"\xc3", b"\xc3(", b"\xe2\x82", b"\xe2\x28\xa1", b"\xf0\x9f\x98", b"\xf5\x80\x80\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xff", b"abc\xffdef", b"\xf0\x28\x8c\xbc", b"\xe0\x80\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbfa"):
    t(b)
    t(b, err="replace")
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0x80 in position 0: invalid start byte
# expect: '\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xc3 in position 0: unexpected end of data
# expect: '\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte
# expect: '\ufffd('
# expect: UnicodeDecodeError 'utf-8' codec can't decode bytes in position 0-1: unexpected end of data
# expect: '\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte
# expect: '\ufffd(\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode bytes in position 0-2: unexpected end of data
# expect: '\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xf5 in position 0: invalid start byte
# expect: '\ufffd\ufffd\ufffd\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xc0 in position 0: invalid start byte
# expect: '\ufffd\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte
# expect: '\ufffd\ufffd\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
# expect: '\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 3: invalid start byte
# expect: 'abc\ufffddef'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xf0 in position 0: invalid continuation byte
# expect: '\ufffd(\ufffd\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xe0 in position 0: invalid continuation byte
# expect: '\ufffd\ufffd\ufffd'
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xf4 in position 0: invalid continuation byte
# expect: '\ufffd\ufffd\ufffd\ufffd'
# expect: '\ufeffa'
# expect: '\ufeffa'
t(b"\xff", "ascii")  # expect: UnicodeDecodeError 'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)
t(b"a\xffb", "ascii", "replace")  # expect: 'a\ufffdb'
t(b"\xff\xfea\x00", "utf-16")  # expect: 'a'
t(b"a\x00b", "utf-16-le")  # expect: UnicodeDecodeError 'utf-16-le' codec can't decode byte 0x62 in position 2: truncated data
t(b"\x00\xd8", "utf-16-le")  # expect: UnicodeDecodeError 'utf-16-le' codec can't decode bytes in position 0-1: unexpected end of data
t(b"a\x00\x00", "utf-32-le")  # expect: UnicodeDecodeError 'utf-32-le' codec can't decode bytes in position 0-2: truncated data
t(b"\xef\xbb\xbfa", "utf-8-sig")  # expect: 'a'
t(b"\\x41\\u00e9\\N{BULLET}", "unicode_escape")  # expect: 'A\xe9\u2022'
t(b"\\x4", "unicode_escape")  # expect: UnicodeDecodeError 'unicodeescape' codec can't decode bytes in position 0-2: truncated \xXX escape
t(b"+AOk-", "utf-7")  # expect: '\xe9'
t(b"\x81", "cp1252")  # expect: UnicodeDecodeError 'charmap' codec can't decode byte 0x81 in position 0: character maps to <undefined>
t(b"\xed\xa0\x80", "utf-8", "surrogatepass")  # expect: '\ud800'
t(b"a\\u00e9", "raw_unicode_escape")  # expect: 'a\xe9'
t(b"\xff", "utf-8", "nonesuch")  # expect: LookupError unknown error handler name 'nonesuch'
