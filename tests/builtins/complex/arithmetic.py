a, b = 1 + 2j, 3 - 4j
print(a + b, a - b, a * b, a / b, a ** 2, a ** b, a ** 0.5, a ** -1, -a, +a, abs(b), a == b, a == 1 + 2j, a.conjugate(), a.real, a.imag)  # expect: (4-2j) (-2+6j) (11+2j) (-0.2+0.4j) (-3+4j) (932.1391946432212+95.9465336603415j) (1.272019649514069+0.7861513777574233j) (0.2-0.4j) (-1-2j) (1+2j) 5.0 False True (1-2j) 1.0 2.0
print(a + 1, 1 + a, a * 2.0, 2 / a, a - 1.5, 1j * 1j, 1j ** 2, (1 + 0j) == 1, 0j == 0, 5 ** 1j, 2.0 - 1j, True + 1j, 0j ** 0)  # expect: (2+2j) (2+2j) (2+4j) (0.4-0.8j) (-0.5+2j) (-1+0j) (-1+0j) True True (-0.038631969933935334+0.9992535068234805j) (2-1j) (1+1j) (1+0j)
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: a / 0)  # expect: ZeroDivisionError division by zero
t(lambda: a // b)  # expect: TypeError unsupported operand type(s) for //: 'complex' and 'complex'
t(lambda: a % b)  # expect: TypeError unsupported operand type(s) for %: 'complex' and 'complex'
t(lambda: divmod(a, b))  # expect: TypeError unsupported operand type(s) for divmod(): 'complex' and 'complex'
t(lambda: a < b)  # expect: TypeError '<' not supported between instances of 'complex' and 'complex'
t(lambda: int(a))  # expect: TypeError int() argument must be a string, a bytes-like object or a real number, not 'complex'
t(lambda: float(a))  # expect: TypeError float() argument must be a string or a real number, not 'complex'
t(lambda: 0j ** -1)  # expect: ZeroDivisionError zero to a negative or complex power
t(lambda: 0j ** 1j)  # expect: ZeroDivisionError zero to a negative or complex power
t(lambda: abs(complex(1e308, 1e308)))  # expect: 1.4142135623730951e+308
t(lambda: (1e308 + 1e308j) * 10)  # expect: (inf+infj)
t(lambda: pow(a, 2, 3))  # expect: ValueError complex modulo
t(lambda: a & 1)  # expect: TypeError unsupported operand type(s) for &: 'complex' and 'int'
t(lambda: round(a))  # expect: TypeError type complex doesn't define __round__ method
inf, nan = float("inf"), float("nan")
print(complex(inf, nan), complex(-0.0, -0.0), complex(nan, 1) == complex(nan, 1), abs(complex(inf, nan)), complex(1, inf) * 1, -0j, -(0j), complex(-0.0, 0) + 0)  # expect: (inf+nanj) (-0-0j) False inf (1+infj) (-0-0j) (-0-0j) 0j
