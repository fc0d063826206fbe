x = 3.75
print(x.is_integer(), (4.0).is_integer(), x.as_integer_ratio(), (0.5).as_integer_ratio(), (-0.1).as_integer_ratio(), x.hex(), (0.1).hex(), (-0.0).hex(), (5e-324).hex(), float("inf").hex(), float("nan").hex(), (1e308).hex())  # expect: False True (15, 4) (1, 2) (-3602879701896397, 36028797018963968) 0x1.e000000000000p+1 0x1.999999999999ap-4 -0x0.0p+0 0x0.0000000000001p-1022 inf nan 0x1.1ccf385ebc8a0p+1023
print(float.fromhex("0x1.8p1"), float.fromhex("-0x.1p4"), float.fromhex("1"), float.fromhex("a.8"), float.fromhex("inf"), float.fromhex("0x1p-1074"), float.fromhex(" 0x1.0p+3 "), float.fromhex("nan"))  # expect: 3.0 -1.0 1.0 10.5 inf 5e-324 8.0 nan
print(x.conjugate(), x.real, x.imag, x.__trunc__(), x.__floor__(), x.__ceil__(), (-3.75).__floor__(), (-3.75).__ceil__(), x.__getnewargs__(), float.__getformat__("double"))  # expect: 3.75 3.75 0.0 3 3 4 -4 -3 (3.75,) IEEE, little-endian
print(float.from_number(5), float.from_number(2.5))  # expect: 5.0 2.5
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: float("inf").as_integer_ratio())  # expect: OverflowError cannot convert Infinity to integer ratio
t(lambda: float("nan").as_integer_ratio())  # expect: ValueError cannot convert NaN to integer ratio
t(lambda: float.fromhex("xyz"))  # expect: ValueError invalid hexadecimal floating-point string
t(lambda: float.fromhex("0x1p5000"))  # expect: OverflowError hexadecimal value too large to represent as a float
t(lambda: float.fromhex(""))  # expect: ValueError invalid hexadecimal floating-point string
t(lambda: float.from_number("5"))  # expect: TypeError must be real number, not str
t(lambda: int(1e308) > 0)  # expect: True
t(lambda: float("inf").__floor__())  # expect: OverflowError cannot convert float infinity to integer
