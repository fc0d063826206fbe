print(0b101, 0o17, 0xFF, 1_000_000, 0x_f, 1e3, 1_0.5e-1, .5, 5., 1j, 1.5J)  # expect: 5 15 255 1000000 15 1000.0 1.05 0.5 5.0 1j 1.5j
print(0, 00, 0_0)  # expect: 0 0 0
print("\x41\u0042\U00000043\N{LATIN SMALL LETTER D}\101\n".strip(), "a\
b")
# expect: ABCdA ab
print(r"\n", R'\t', b"\x00a", rb"\x", Rb'\d', "it's", 'say "hi"')  # expect: \n \t b'\x00a' b'\\x' b'\\d' it's say "hi"
print("""tri"p'le""" 'joined' "\0".__len__().__str__())
# expect: 15
