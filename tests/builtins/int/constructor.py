print(int(), int("42"), int(" -42\n"), int("+7"), int("1_000"), int(3.9), int(-3.9), int(True), int("٣"), int(b"12"), int(bytearray(b" 5 ")))  # expect: 0 42 -42 7 1000 3 -3 1 3 12 5
print(int("ff", 16), int("0xff", 16), int("0b11", 0), int("0o17", 0), int("z", 36), int("-0x1F", 0), int("10", 2), int("0", 0), int("1_0", 0))  # expect: 255 255 3 15 35 -31 2 0 10
def t(*a):
    try:
        print(int(*a))
    except Exception as e:
        print(type(e).__name__, e)
t("")  # expect: ValueError invalid literal for int() with base 10: ''
t(" ")  # expect: ValueError invalid literal for int() with base 10: ' '
t("4 2")  # expect: ValueError invalid literal for int() with base 10: '4 2'
t("1__0")  # expect: ValueError invalid literal for int() with base 10: '1__0'
t("_1")  # expect: ValueError invalid literal for int() with base 10: '_1'
t("1_")  # expect: ValueError invalid literal for int() with base 10: '1_'
t("abc")  # expect: ValueError invalid literal for int() with base 10: 'abc'
t("0x1")  # expect: ValueError invalid literal for int() with base 10: '0x1'
t("12", 2)  # expect: ValueError invalid literal for int() with base 2: '12'
t("1", 1)  # expect: ValueError int() base must be >= 2 and <= 36, or 0
t("1", 37)  # expect: ValueError int() base must be >= 2 and <= 36, or 0
t("1", -1)  # expect: ValueError int() base must be >= 2 and <= 36, or 0
t("010", 0)  # expect: ValueError invalid literal for int() with base 0: '010'
t(1.5, 10)  # expect: TypeError int() can't convert non-string with explicit base
t(1, 10)  # expect: TypeError int() can't convert non-string with explicit base
t("1", 2.0)  # expect: TypeError 'float' object cannot be interpreted as an integer
t(b"\xff")  # expect: ValueError invalid literal for int() with base 10: b'\xff'
t("\ud800")  # expect: ValueError invalid literal for int() with base 10: '\ud800'
t("1\x002")  # expect: ValueError invalid literal for int() with base 10: '1\x002'
t(None)  # expect: TypeError int() argument must be a string, a bytes-like object or a real number, not 'NoneType'
t([])  # expect: TypeError int() argument must be a string, a bytes-like object or a real number, not 'list'
t("9" * 30)  # expect: 999999999999999999999999999999
t(1j)  # expect: TypeError int() argument must be a string, a bytes-like object or a real number, not 'complex'
t("0b", 0)  # expect: ValueError invalid literal for int() with base 0: '0b'
t("0x_f", 16)  # expect: 15
t("--1")  # expect: ValueError invalid literal for int() with base 10: '--1'
t("+ 1")  # expect: ValueError invalid literal for int() with base 10: '+ 1'
