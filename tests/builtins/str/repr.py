for s in ("", "a", "it's", 'say "hi"', "both ' and \"", "\n\t\r\\", "\x00\x1f\x7f", "é日😀", "\x80\xa0\xad", "\u200b\u2028\ufeff", "\ud800", "\U000e0001", "\u0378", "\\'", "\x1b[0m", "a\0b", "ʼ"):
    print(repr(s).encode("unicode_escape").decode(), ascii(s))
# expect: '' ''
# expect: 'a' 'a'
# expect: "it's" "it's"
# expect: 'say "hi"' 'say "hi"'
# expect: 'both \\' and "' 'both \' and "'
# expect: '\\n\\t\\r\\\\' '\n\t\r\\'
# expect: '\\x00\\x1f\\x7f' '\x00\x1f\x7f'
# expect: '\xe9\u65e5\U0001f600' '\xe9\u65e5\U0001f600'
# expect: '\\x80\\xa0\\xad' '\x80\xa0\xad'
# expect: '\\u200b\\u2028\\ufeff' '\u200b\u2028\ufeff'
# expect: '\\ud800' '\ud800'
# expect: '\\U000e0001' '\U000e0001'
# expect: '\\u0378' '\u0378'
# expect: "\\\\'" "\\'"
# expect: '\\x1b[0m' '\x1b[0m'
# expect: 'a\\x00b' 'a\x00b'
# expect: '\u02bc' '\u02bc'
