print(divmod(7, 2), divmod(-7, 2.0), chr(65), chr(0x1F600), ord("a"), ord("😀"), ord(b"a"), chr(0x10FFFF) == "\U0010ffff", chr(0xD800) == "\ud800", abs(-3), abs(-2.5), abs(3 + 4j), hash(5), ascii("é"), ord(bytearray(b"z")))  # expect: (3, 1) (-4.0, 1.0) A 😀 97 128512 97 True True 3 2.5 5.0 5 '\xe9' 122
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: chr(-1))  # expect: ValueError chr() arg not in range(0x110000)
t(lambda: chr(0x110000))  # expect: ValueError chr() arg not in range(0x110000)
t(lambda: chr(10 ** 30))  # expect: ValueError chr() arg not in range(0x110000)
t(lambda: chr(1.5))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: ord(""))  # expect: TypeError ord() expected a character, but string of length 0 found
t(lambda: ord("ab"))  # expect: TypeError ord() expected a character, but string of length 2 found
t(lambda: ord(b""))  # expect: TypeError ord() expected a character, but string of length 0 found
t(lambda: ord(5))  # expect: TypeError ord() expected string of length 1, but int found
t(lambda: abs("a"))  # expect: TypeError bad operand type for abs(): 'str'
t(lambda: divmod(1, "a"))  # expect: TypeError unsupported operand type(s) for divmod(): 'int' and 'str'
t(lambda: hash([]))  # expect: TypeError unhashable type: 'list'
t(lambda: divmod(1))  # expect: TypeError divmod expected 2 arguments, got 1
t(lambda: ascii())  # expect: TypeError ascii() takes exactly one argument (0 given)
