print(round(2.5), round(3.5), round(-2.5), round(0.5), round(1.5), round(2.675, 2), round(1.005, 2), round(0.125, 2), round(0.375, 2), round(1e16 + 2.0), round(5.5, 0), round(1234.5678, -2), round(15.0, -1), round(25.0, -1), round(-0.4), round(-0.5, 0))  # expect: 2 4 -2 0 2 2.67 1.0 0.12 0.38 10000000000000002 6.0 1200.0 20.0 20.0 0 -0.0
print(round(1e300, 5), round(1.5, 400), round(1.5, -400), round(123.456, 1), round(0.1 + 0.2, 15), round(5e-324, 323), type(round(2.5)).__name__, type(round(2.5, 0)).__name__, round(1e22), round(2.5, None))  # expect: 1e+300 1.5 0.0 123.5 0.3 0.0 int float 10000000000000000000000 2
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: round(float("inf")))  # expect: OverflowError cannot convert float infinity to integer
t(lambda: round(float("nan")))  # expect: ValueError cannot convert float NaN to integer
t(lambda: round(float("nan"), 2))  # expect: nan
t(lambda: round(float("inf"), 2))  # expect: inf
t(lambda: round(1.5, "a"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: round(1.5, 1.0))  # expect: TypeError 'float' object cannot be interpreted as an integer
t(lambda: round(1.7976931348623157e308, -308))  # expect: OverflowError rounded value too large to represent
t(lambda: round(1.5, ndigits=0))  # expect: 2.0
t(lambda: round(number=2.567, ndigits=1))  # expect: 2.6
