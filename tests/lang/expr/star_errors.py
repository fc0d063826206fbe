def t(src):
    try:
        exec(src)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
t("[*1]")  # expect: TypeError Value after * must be an iterable, not int
t("print(*1)")  # expect: TypeError print() argument after * must be an iterable, not int
t("print(**1)")  # expect: TypeError print() argument after ** must be a mapping, not int
t("{**1}")  # expect: TypeError 'int' object is not a mapping
t("{**[1]}")  # expect: TypeError 'list' object is not a mapping
t("a, b = 1")  # expect: TypeError cannot unpack non-iterable int object
t("a, b = 1, 2, 3")  # expect: ValueError too many values to unpack (expected 2, got 3)
t("a, b = 1,")  # expect: ValueError not enough values to unpack (expected 2, got 1)
t("a, *b, c = 1,")  # expect: ValueError not enough values to unpack (expected at least 2, got 1)
t("a, b = range(10)")  # expect: ValueError too many values to unpack (expected 2)
t("a, b = {1: 2}")  # expect: ValueError not enough values to unpack (expected 2, got 1)
t("a, b = (i for i in [1, 2, 3])")  # expect: ValueError too many values to unpack (expected 2)
t("(lambda **k: k)(**{1: 2})")  # expect: TypeError keywords must be strings
t("(lambda a: a)(1, **{'a': 2})")  # expect: TypeError <lambda>() got multiple values for argument 'a'
t("dict(**{'a': 1}, **{'a': 2})")  # expect: TypeError dict() got multiple values for keyword argument 'a'
t("(lambda: 0)(*None)")  # expect: TypeError __main__.<lambda>() argument after * must be an iterable, not NoneType
