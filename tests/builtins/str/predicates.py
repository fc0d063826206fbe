words = ["", "abc", "ABC", "Abc", "a1", "12", "½", "²", "٣", "五", " ", "\t\n", "a b", "_a", "1a", "é", "ǅ", "A1", "a_b", "\x00", "\xa0", "😀", "𝟙", "Ⅷ", "ªº", "class", "ſ", "aB", "A B", "\u2028"]
names = ["isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper"]
for w in words:
    print(ascii(w), "".join("01"[getattr(w, n)()] for n in names))
# expect: '' 001000001000
# expect: 'abc' 111001101000
# expect: 'ABC' 111001001001
# expect: 'Abc' 111001001010
# expect: 'a1' 101001101000
# expect: '12' 101110011000
# expect: '\xbd' 100000011000
# expect: '\xb2' 100010011000
# expect: '\u0663' 100110011000
# expect: '\u4e94' 110001011000
# expect: ' ' 001000001100
# expect: '\t\n' 001000000100
# expect: 'a b' 001000101000
# expect: '_a' 001001101000
# expect: '1a' 101000101000
# expect: '\xe9' 110001101000
# expect: '\u01c5' 110001001010
# expect: 'A1' 101001001011
# expect: 'a_b' 001001101000
# expect: '\x00' 001000000000
# expect: '\xa0' 000000000100
# expect: '\U0001f600' 000000001000
# expect: '\U0001d7d9' 100110011000
# expect: '\u2167' 100001011011
# expect: '\xaa\xba' 110001101000
# expect: 'class' 111001101000
# expect: '\u017f' 110001101000
# expect: 'aB' 111001001000
# expect: 'A B' 001000001011
# expect: '\u2028' 000000000100
