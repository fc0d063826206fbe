n = 1234
print(n.bit_length(), (0).bit_length(), (-1).bit_length(), n.bit_count(), (-7).bit_count(), n.conjugate(), n.real, n.imag, n.numerator, n.denominator, n.as_integer_ratio(), n.is_integer())  # expect: 11 0 1 5 3 1234 1234 0 1234 1 (1234, 1) True
print(n.to_bytes(2), n.to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True), (0).to_bytes(0), (255).to_bytes())  # expect: b'\x04\xd2' b'\xd2\x04\x00\x00' b'\xff\xfe' b'' b'\xff'
print(int.from_bytes(b"\x04\xd2"), int.from_bytes(b"\xff\xfe", "big", signed=True), int.from_bytes([1, 2], "little"), int.from_bytes(b""), int.from_bytes(bytearray(b"\1")))  # expect: 1234 -2 513 0 1
print(n.__index__(), n.__bool__(), (0).__bool__(), n.__floor__(), n.__ceil__(), n.__trunc__(), n.__round__(-2), n.__hash__(), n.__getnewargs__())  # expect: 1234 True False 1234 1234 1234 1200 1234 (1234,)
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: (256).to_bytes(1))  # expect: OverflowError int too big to convert
t(lambda: (-1).to_bytes(1))  # expect: OverflowError can't convert negative int to unsigned
t(lambda: (128).to_bytes(1, signed=True))  # expect: OverflowError int too big to convert
t(lambda: (1).to_bytes(-1))  # expect: ValueError length argument must be non-negative
t(lambda: (1).to_bytes(1, "middle"))  # expect: ValueError byteorder must be either 'little' or 'big'
t(lambda: int.from_bytes("a"))  # expect: TypeError cannot convert 'str' object to bytes
t(lambda: int.from_bytes([256]))  # expect: ValueError bytes must be in range(0, 256)
t(lambda: int.from_bytes(b"a", "x"))  # expect: ValueError byteorder must be either 'little' or 'big'
t(lambda: int.from_bytes(5))  # expect: TypeError cannot convert 'int' object to bytes
