print(pow(2, 10), pow(2, -2), pow(2, 10, 1000), pow(2, 0, 1), pow(0, 0), pow(-2, 3, 5), pow(2, 3, -5), pow(3, -1, 11), pow(3, -2, 11), pow(0, 5, 7), pow(10 ** 20, 3, 10 ** 10 + 7))  # expect: 1024 0.25 24 0 1 2 -2 4 5 0 117649
print(pow(base=2, exp=3), pow(2, exp=3, mod=5), 2 ** True, pow(2.0, 3), pow(4, 0.5), pow(-1, 0.5), pow(2, 1 + 1j))  # expect: 8 3 2 8.0 2.0 (6.123233995736766e-17+1j) (1.5384778027279442+1.2779225526272695j)
def t(*a):
    try:
        print(pow(*a))
    except Exception as e:
        print(type(e).__name__, e)
t(2, 3, 4.0)  # expect: TypeError pow() 3rd argument not allowed unless all arguments are integers
t(2.0, 3, 4)  # expect: TypeError pow() 3rd argument not allowed unless all arguments are integers
t(2, "a")  # expect: TypeError unsupported operand type(s) for ** or pow(): 'int' and 'str'
t(2, 3, None)  # expect: 8
t(0, -1)  # expect: ZeroDivisionError zero to a negative power
t(0.0, -1)  # expect: ZeroDivisionError zero to a negative power
t(2, -1, 6)  # expect: ValueError base is not invertible for the given modulus
t(1, 1, 0)  # expect: ValueError pow() 3rd argument cannot be 0
t(2, 10 ** 30, 10 ** 9)  # expect: 787109376
t(0j, -1)  # expect: ZeroDivisionError zero to a negative or complex power
t(10.0, 400)  # expect: OverflowError (34, 'Numerical result out of range')
