import math
print(math.pi, math.e, math.tau, math.inf, math.nan, math.sqrt(2), math.floor(-2.5), math.ceil(2.1), math.trunc(-2.7), math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(10 ** 20 + 1), math.hypot(3, 4), math.dist((0, 0), (3, 4)), math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(2.5), math.frexp(8), math.ldexp(0.5, 4), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.log2(8), math.log10(1000), math.log(8, 2), math.exp(0), math.expm1(0), math.log1p(0), math.isclose(0.1 + 0.2, 0.3), math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.degrees(math.pi), math.radians(180), math.remainder(7, 4), math.nextafter(1, 2), math.ulp(1.0), math.sumprod([1, 2], [3, 4]), math.fma(2, 3, 4), math.log(10 ** 400) > 900, math.atan2(1, 1), math.sin(0), math.cos(0), math.gamma(5), math.lgamma(1), math.erf(0), math.exp2(3))  # expect: 3.141592653589793 2.718281828459045 6.283185307179586 inf nan 1.4142135623730951 -3 3 -2 3 12 2432902008176640000 120 20 10000000000 5.0 5.0 -1.0 -1.0 (0.5, 2.0) (0.5, 4) 8.0 1.0 6 3.0 3.0 3.0 1.0 0.0 0.0 True True True True 180.0 3.141592653589793 -1.0 1.0000000000000002 2.220446049250313e-16 11 10.0 True 0.7853981633974483 0.0 1.0 24.0 0.0 0.0 8.0
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: math.sqrt(-1))  # expect: ValueError expected a nonnegative input, got -1.0
t(lambda: math.log(0))  # expect: ValueError expected a positive input
t(lambda: math.log(-1))  # expect: ValueError expected a positive input
t(lambda: math.exp(1000))  # expect: OverflowError math range error
t(lambda: math.factorial(-1))  # expect: ValueError factorial() not defined for negative values
t(lambda: math.factorial(2.5))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: math.floor(math.inf))  # expect: OverflowError cannot convert float infinity to integer
t(lambda: math.floor(math.nan))  # expect: ValueError cannot convert float NaN to integer
t(lambda: math.sin(math.inf))  # expect: ValueError expected a finite input, got inf
t(lambda: math.acos(2))  # expect: ValueError expected a number in range from -1 up to 1, got 2.0
t(lambda: math.gcd(1.5))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: math.sqrt("a"))  # expect: TypeError must be real number, not str
t(lambda: math.isqrt(-1))  # expect: ValueError isqrt() argument must be nonnegative
t(lambda: math.comb(-1, 2))  # expect: ValueError n must be a non-negative integer
t(lambda: math.pow(0, -1))  # expect: ValueError math domain error
t(lambda: math.fmod(1, 0))  # expect: ValueError math domain error
t(lambda: math.ldexp(1.0, 10000))  # expect: OverflowError math range error
t(lambda: math.dist([1], [1, 2]))  # expect: ValueError both points must have the same number of dimensions
