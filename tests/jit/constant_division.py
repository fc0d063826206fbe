"""Division by numbers that are known, at the ends of what a word holds."""
def f(a, b):
    out = 0
    for x in range(a, b):
        out = (out * 31 + x % 7 + (x // 7) * 3 + x % 8 + x // 8 + x % 1 + x // 1 + (x >> 3) + x % 1000003 + x // 12345) % 1000000007
    return out
print(f(-5000, 5000), f(0, 3000), f(-(2**48), -(2**48) + 5000), f(2**48 - 5000, 2**48 + 4000))  # expect: 906311675 430844650 503966577 531859480
def g(xs):
    r = []
    for x in xs:
        r.append((x % 10, x // 10, x % 16, x // 16, x >> 1, x >> 62, x % 3))
    return hash(tuple(r))
print(g([k * 1234567 for k in range(-3000, 3000)]), g([2**49 - 1 - k for k in range(2000)]), g([-2**49 + k for k in range(2000)]), g([2**60 + k for k in range(2000)]))  # expect: 8921558209613571422 8391717660713330538 -4877747513922694236 1202435893657262223
def k(a, b):
    t = 0
    for x in range(a, b):
        t ^= x % 3 + (x // 3) + x % 5 + x // 5 + x // 32767 + x % 32767 + x // 32768 + x % 32769 + x // 6 + x % 1000 + x // 641 + x % 255
    return t
for a in (0, -4000, 2**49 - 3000, -2**49, 2**40 + 7, -2**33):
    print(k(a, a + 3000), k(a, a+2999))
# expect: 11586 2320
# expect: 14220 52967
# expect: 14203 394977564742043
# expect: 7659 -394977564712825
# expect: 2321 771440569044
# expect: 30960 -6026872691
