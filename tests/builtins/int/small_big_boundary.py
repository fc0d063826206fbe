# Results must not change where an implementation switches representation.
for bits in (15, 29, 30, 31, 32, 47, 48, 49, 50, 52, 53, 60, 61, 62, 63, 64, 127, 128):
    n = 1 << bits
    for v in (n - 1, n, n + 1, -n - 1, -n, -n + 1):
        assert v + 1 - 1 == v and v - 1 + 1 == v and -(-v) == v and v * 2 // 2 == v
        assert v * v == v ** 2 and (v * v) // v == v and (v * v) % v == 0
        assert int(str(v)) == v and int(hex(v), 16) == v and ~~v == v and v ^ v == 0
        assert (v << 7) >> 7 == v and v & v == v and v | 0 == v and hash(v) == hash(int(str(v)))
        assert (v < v + 1) and (v > v - 1) and v != v + 1 and v in {int(str(v)): 1}
        assert divmod(v, 7)[0] * 7 + v % 7 == v and divmod(v, -7)[0] * -7 + v % -7 == v
        assert abs(v) == (v if v > 0 else -v) and (v == float(v)) == (int(float(v)) == v)
print(1 << 48, 1 << 49, -(1 << 49), (1 << 49) - 1, -(1 << 49) - 1)  # expect: 281474976710656 562949953421312 -562949953421312 562949953421311 -562949953421313
print(sum([(1 << 49) - 1] * 4), (1 << 48) * (1 << 48), ((1 << 48) + 1) * -((1 << 48) + 1))  # expect: 2251799813685244 79228162514264337593543950336 -79228162514264900543497371649

# Negation, of ints that change their size with their sign, and of what is no int.
ends = [sign * 2 ** bits + step for bits in (49, 50, 62, 63) for sign in (1, -1) for step in (-1, 0, 1)]
print(all(-n + n == 0 and -(-n) == n and str(-n) == str(n)[1:] for n in ends if n < 0), len({-n for n in ends} ^ set(ends)))  # expect: True 0
print([-x for x in (0, True, False, 2 ** 49, -2 ** 49)], -0.0, -(0.0), -(-0.0))  # expect: [0, -1, 0, -562949953421312, 562949953421312] -0.0 -0.0 0.0
