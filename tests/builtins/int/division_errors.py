def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: 1 / 0)  # expect: ZeroDivisionError division by zero
t(lambda: 1 // 0)  # expect: ZeroDivisionError division by zero
t(lambda: 1 % 0)  # expect: ZeroDivisionError division by zero
t(lambda: divmod(1, 0))  # expect: ZeroDivisionError division by zero
t(lambda: 0 ** -1)  # expect: ZeroDivisionError zero to a negative power
t(lambda: pow(2, 3, 0))  # expect: ValueError pow() 3rd argument cannot be 0
t(lambda: pow(2, -1, 4))  # expect: ValueError base is not invertible for the given modulus
t(lambda: 1 << -1)  # expect: ValueError negative shift count
t(lambda: 1 >> -1)  # expect: ValueError negative shift count
t(lambda: 10 ** 400 / 1)  # expect: OverflowError integer division result too large for a float
t(lambda: 10 ** 400 / 10 ** 399)  # expect: 10.0
t(lambda: 1 / 10 ** 400)  # expect: 0.0
t(lambda: float(10 ** 400))  # expect: OverflowError int too large to convert to float
t(lambda: int(float("inf")))  # expect: OverflowError cannot convert float infinity to integer
t(lambda: int(float("nan")))  # expect: ValueError cannot convert float NaN to integer
t(lambda: 10 ** 400 + 1.0)  # expect: OverflowError int too large to convert to float
t(lambda: 10 ** 400 > 1.0)  # expect: True
t(lambda: 1.0 // 0)  # expect: ZeroDivisionError division by zero
t(lambda: 1 % 0.0)  # expect: ZeroDivisionError division by zero
