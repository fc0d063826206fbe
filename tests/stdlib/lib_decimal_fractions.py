from decimal import *
from fractions import Fraction as F
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(3), Decimal("1.10"), Decimal(0.5), Decimal("1e10"), round(Decimal("2.675"), 2), Decimal("2.5").quantize(Decimal("1")), Decimal(2) ** Decimal("0.5"), Decimal("NaN"), Decimal("Infinity"), Decimal("1.0") == 1, Decimal(7) // 2, Decimal(-7) % 3, f"{Decimal('1234.5'):,.2f}", Decimal("123").scaleb(-2), Decimal("1.5").as_tuple(), sum([Decimal("0.1")] * 10), repr(Decimal("-0")), Decimal("1E+2").normalize(), hash(Decimal(1)) == hash(1))  # expect: 0.3 0.3333333333333333333333333333 1.10 0.5 1E+10 2.68 2 1.414213562373095048801688724 NaN Infinity True 3 -1 1,234.50 1.23 DecimalTuple(sign=0, digits=(1, 5), exponent=-1) 1.0 Decimal('-0') 1E+2 True
with localcontext() as c:
    c.prec = 5
    print(Decimal(1) / 3, Decimal("2").sqrt())  # expect: 0.33333 1.4142
print(F(1, 3) + F(1, 6), F("0.75"), F(0.5), F(7, -3), F(1, 3) ** 2, round(F(7, 2)), F("3/4").limit_denominator(3), float(F(1, 8)), F(5, 10).as_integer_ratio(), F(1, 2) < 0.6, F(3, 2) // 1, -F(1, 2), int(F(7, 2)), repr(F(1, 2)), f"{F(1, 3):.3f}", hash(F(2)) == hash(2))  # expect: 1/2 3/4 1/2 -7/3 1/9 4 2/3 0.125 (1, 2) True 1 -1/2 3 Fraction(1, 2) 0.333 True
for f in (lambda: Decimal("x"), lambda: Decimal(1) / 0, lambda: F(1, 0), lambda: F("a"), lambda: F(1.5, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, *([] if isinstance(e, DecimalException) else [e]))
# expect: InvalidOperation
# expect: DivisionByZero
# expect: ZeroDivisionError Fraction(1, 0)
# expect: ValueError Invalid literal for Fraction: 'a'
# expect: TypeError both arguments should be Rational instances
