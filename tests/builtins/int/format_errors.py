def t(spec, v=5):
    try:
        print(format(v, spec))
    except Exception as e:
        print(type(e).__name__, e)
t("s")  # expect: ValueError Unknown format code 's' for object of type 'int'
t(".2d")  # expect: ValueError Precision not allowed in integer format specifier
t("z")  # expect: ValueError Negative zero coercion (z) not allowed in integer format specifier
t(",x")  # expect: ValueError Cannot specify ',' with 'x'.
t("_c")  # expect: ValueError Cannot specify '_' with 'c'.
t(",c")  # expect: ValueError Cannot specify ',' with 'c'.
t("+c")  # expect: ValueError Sign not allowed with integer format specifier 'c'
t("#c")
# expect: ValueError Alternate form (#) not allowed with integer format specifier 'c'
t("y")  # expect: ValueError Unknown format code 'y' for object of type 'int'
t("10q")  # expect: ValueError Unknown format code 'q' for object of type 'int'
t(",_")  # expect: ValueError Cannot specify both ',' and '_'.
t("_,")  # expect: ValueError Cannot specify both ',' and '_'.
t(",,")  # expect: ValueError Cannot specify ',' with ','.
t("c", -1)  # expect: OverflowError %c arg not in range(0x110000)
t("c", 0x110000)  # expect: OverflowError %c arg not in range(0x110000)
t("99999999999999999999d")  # expect: ValueError Too many decimal digits in format string
t(".99999999999999999999f")  # expect: ValueError Too many decimal digits in format string
t("*^")  # expect: 5
t("{}")  # expect: ValueError Invalid format specifier '{}' for object of type 'int'
t("  d")  # expect: ValueError Invalid format specifier '  d' for object of type 'int'
t("#d")
# expect: 5
t("d ")  # expect: ValueError Invalid format specifier 'd ' for object of type 'int'
t("1.5")  # expect: ValueError Precision not allowed in integer format specifier
t("f", 10 ** 400)  # expect: OverflowError int too large to convert to float
t(".3x")  # expect: ValueError Precision not allowed in integer format specifier
t("zd")  # expect: ValueError Negative zero coercion (z) not allowed in integer format specifier
t(",n")  # expect: ValueError Cannot specify ',' with 'n'.
t(5)  # expect: TypeError format() argument 2 must be str, not int
