print(0.1 + 0.2, 1.5 * 2, 7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(7.5, 2), divmod(-7.5, 2), 2.0 ** 0.5, 1e308 * 10, -1e308 * 10)  # expect: 0.30000000000000004 3.0 3.0 -4.0 1.5 0.5 -0.5 (3.0, 1.5) (-4.0, 0.5) 1.4142135623730951 inf -inf
print(5.0 % 3, -5.0 % 3, 0.0 % 5, -0.0 % 5, 5 % float("inf"), -5 % float("inf"), 1e-320, 5e-324 / 2, 1 / 3, 2.0 ** 1023 * 2)  # expect: 2.0 1.0 0.0 0.0 5.0 inf 1e-320 0.0 0.3333333333333333 inf
inf, nan = float("inf"), float("nan")
print(inf - inf, inf * 0, inf // 1, 1 // inf, -1 // inf, inf % 2 if False else "-", nan == nan, nan != nan, inf == inf, -inf < inf, abs(-inf), -nan)  # expect: nan nan nan 0.0 -1.0 - False True True True inf nan
print(1.0 ** nan, nan ** 0, inf ** 0, (-1.0) ** inf, 0.0 ** 0, (-2.0) ** 3, (-2.0) ** 0.5, 0.0 ** inf)  # expect: 1.0 1.0 1.0 1.0 1.0 -8.0 (8.659560562354934e-17+1.4142135623730951j) 0.0
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: 1.0 / 0)  # expect: ZeroDivisionError division by zero
t(lambda: 1.0 % 0)  # expect: ZeroDivisionError division by zero
t(lambda: 1.0 // 0.0)  # expect: ZeroDivisionError division by zero
t(lambda: divmod(1.0, 0))  # expect: ZeroDivisionError division by zero
t(lambda: 0.0 ** -1)  # expect: ZeroDivisionError zero to a negative power
t(lambda: 10.0 ** 400)  # expect: OverflowError (34, 'Numerical result out of range')
t(lambda: 1.0 & 1)  # expect: TypeError unsupported operand type(s) for &: 'float' and 'int'
t(lambda: ~1.0)  # expect: TypeError bad operand type for unary ~: 'float'
t(lambda: 1.0 + "a")  # expect: TypeError unsupported operand type(s) for +: 'float' and 'str'
t(lambda: inf // 0.5)  # expect: nan
