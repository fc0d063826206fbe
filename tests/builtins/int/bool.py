print(True + True, True * 5, -True, ~0, True & False, True | False, True ^ True, type(True & True).__name__, type(True & 1).__name__, type(True + 0).__name__)  # expect: 2 5 -1 -1 False True False bool int int
print(bool(), bool([]), bool("a"), bool(0.0), bool(0j), bool(None), bool("False"), repr(True), str(False), int(True), float(True))  # expect: False False True False False False True True False 1 1.0
print(True == 1, True is 1, isinstance(True, int), bool.__mro__, True.real, True.bit_length(), True.__repr__(), [10, 20][True], "ab"[False])  # expect: True False True (<class 'bool'>, <class 'int'>, <class 'object'>) 1 1 True 20 a
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: bool(1, 2))  # expect: TypeError bool expected at most 1 argument, got 2
t(lambda: bool(x=1))  # expect: TypeError bool() takes no keyword arguments
t(lambda: bool.from_bytes(b"\x01"))  # expect: True
t(lambda: True < "a")  # expect: TypeError '<' not supported between instances of 'bool' and 'str'
t(lambda: bool.__new__(int))  # expect: TypeError bool.__new__(int): int is not a subtype of bool
print(True / 2, True // 1, True % 2, True ** 2, True << 3, not True, True > False, sum([True, True, False]))  # expect: 0.5 1 1 1 8 False True 2
