z = 1.5 - 2.25j
print(f"{z}|{z:.1f}|{z:g}|{z:e}|{z:20}|{z:<20}|{z:^20}|{z:>20.1f}|{z:+.2f}|{z:,.1f}|{1e6 + 1e7j:,}|{z!r:>12}|{0j:f}|{z:n}")  # expect: (1.5-2.25j)|1.5-2.2j|1.5-2.25j|1.500000e+00-2.250000e+00j|         (1.5-2.25j)|(1.5-2.25j)         |    (1.5-2.25j)     |            1.5-2.2j|+1.50-2.25j|1.5-2.2j|(1,000,000+10,000,000j)| (1.5-2.25j)|0.000000+0.000000j|1.5-2.25j
for s in ("d", "s", "010", "=10", "%", "c", "#x"):
    try:
        print(format(z, s))
    except ValueError as e:
        print(e)
# expect: Unknown format code 'd' for object of type 'complex'
# expect: Unknown format code 's' for object of type 'complex'
# expect: Zero padding is not allowed in complex format specifier
# expect: '=' alignment flag is not allowed in complex format specifier
# expect: Unknown format code '%' for object of type 'complex'
# expect: Unknown format code 'c' for object of type 'complex'
# expect: Unknown format code 'x' for object of type 'complex'
print("%s %r" % (z, z), hash(1j), hash(1.5 + 0j) == hash(1.5), hash(1 + 1j))  # expect: (1.5-2.25j) (1.5-2.25j) 1000003 True 1000004
try:
    "%f" % z
except TypeError as e:
    print(e)  # expect: must be real number, not complex
