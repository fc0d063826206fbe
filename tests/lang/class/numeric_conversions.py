class N:
    def __int__(self): return 3
    def __float__(self): return 2.5
    def __complex__(self): return 1j
    def __index__(self): return 7
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return 9
    def __floor__(self): return "floor"
    def __abs__(self): return "abs"
    def __divmod__(self, o): return "divmod"
    def __pow__(self, o, m=None): return ("pow", o, m)
n = N()
print(int(n), float(n), complex(n), round(n), round(n, 2), abs(n), divmod(n, 1), pow(n, 2), pow(n, 2, 3), n ** 5, bin(n), [0] * 0)  # expect: 3 2.5 1j ('round', None) ('round', 2) abs divmod ('pow', 2, None) ('pow', 2, 3) ('pow', 5, None) 0b111 []
class I:
    def __index__(self): return 5
print(int(I()), float(I()), complex(I()), chr(I()))  # expect: 5 5.0 (5+0j) 
class Bad:
    def __int__(self): return "x"
    def __float__(self): return 1
    def __complex__(self): return 1.0
for f in (lambda: int(Bad()), lambda: float(Bad()), lambda: complex(Bad()), lambda: int(object()), lambda: float([]), lambda: complex("x"), lambda: round(object()), lambda: abs("a")):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
# expect: TypeError __int__ returned non-int (type str)
# expect: TypeError Bad.__float__ returned non-float (type int)
# expect: TypeError __complex__ returned non-complex (type float)
# expect: TypeError int() argument must be a string, a bytes-like object or a real number, not 'object'
# expect: TypeError float() argument must be a string or a real number, not 'list'
# expect: ValueError complex() arg is a malformed string
# expect: TypeError type object doesn't define __round__ method
# expect: TypeError bad operand type for abs(): 'str'
