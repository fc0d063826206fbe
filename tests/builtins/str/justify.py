print("|" + "ab".ljust(5) + "|" + "ab".rjust(5) + "|" + "ab".center(5) + "|" + "ab".center(6) + "|" + "abc".center(6) + "|" + "ab".ljust(1) + "|" + "ab".center(5, "*") + "|" + "ab".rjust(4, "é") + "|" + "ab".ljust(4, "😀") + "|")  # expect: |ab   |   ab|  ab |  ab  | abc  |ab|**ab*|ééab|ab😀😀|
print("42".zfill(5), "-42".zfill(5), "+42".zfill(6), "".zfill(3), "abc".zfill(2), "--1".zfill(5), "é".zfill(3), "-".zfill(3))  # expect: 00042 -0042 +00042 000 abc -00-1 00é -00
print(repr("a\tb\tcd".expandtabs()), repr("a\tb".expandtabs(4)), repr("\t".expandtabs(0)), repr("a\n\tb".expandtabs(4)), repr("ab\tc\r\td".expandtabs(3)), repr("é\tx".expandtabs(2)), repr("a\tb".expandtabs(-1)))  # expect: 'a       b       cd' 'a   b' '' 'a\n    b' 'ab c\r   d' 'é x' 'ab'
for f in (lambda: "a".ljust(5, "ab"), lambda: "a".center(5, 1), lambda: "a".rjust("x"), lambda: "a".ljust(5, ""), lambda: "a".zfill(1.0), lambda: "a".expandtabs("x")):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: The fill character must be exactly one character long
# expect: The fill character must be a unicode character, not int
# expect: 'str' object cannot be interpreted as an integer
# expect: The fill character must be exactly one character long
# expect: 'float' object cannot be interpreted as an integer
# expect: 'str' object cannot be interpreted as an integer
