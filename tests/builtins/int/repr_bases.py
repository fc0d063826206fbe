print(bin(10), oct(10), hex(10), bin(-10), oct(-10), hex(-10), bin(0), hex(2 ** 70), bin(2 ** 65)[:6], oct(8 ** 30)[:8], repr(-5), str(10 ** 25))  # expect: 0b1010 0o12 0xa -0b1010 -0o12 -0xa 0b0 0x400000000000000000 0b1000 0o100000 -5 10000000000000000000000000
class I:
    def __index__(self): return 255
print(bin(I()), oct(I()), hex(I()))  # expect: 0b11111111 0o377 0xff
for f in (bin, oct, hex):
    try:
        f(1.5)
    except TypeError as e:
        print(e)
# expect: 'float' object cannot be interpreted as an integer
# expect: 'float' object cannot be interpreted as an integer
# expect: 'float' object cannot be interpreted as an integer
