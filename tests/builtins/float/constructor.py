print(float(), float("1.5"), float(" -2e3\n"), float("inf"), float("-Infinity"), float("NaN"), float("+nan"), float("1_000.5"), float(".5"), float("5."), float("1e-400"), float("1e400"), float(b"2.5"), float(True), float("٣.٥"), float("1E5"), float(10 ** 20))  # expect: 0.0 1.5 -2000.0 inf -inf nan nan 1000.5 0.5 5.0 0.0 inf 2.5 1.0 3.5 100000.0 1e+20
def t(x):
    try:
        print(float(x))
    except Exception as e:
        print(type(e).__name__, e)
for x in ("", " ", "1.5.2", "abc", "1e", "e5", ".", "1__0", "_1.0", "1_.0", "0x1p3", "1 2", "--1", "in f", None, [], 1j, "1\0", b"\xff", "infinit", "1.5j", "١", "\u00bd"):
    t(x)
# expect: ValueError could not convert string to float: ''
# expect: ValueError could not convert string to float: ' '
# expect: ValueError could not convert string to float: '1.5.2'
# expect: ValueError could not convert string to float: 'abc'
# expect: ValueError could not convert string to float: '1e'
# expect: ValueError could not convert string to float: 'e5'
# expect: ValueError could not convert string to float: '.'
# expect: ValueError could not convert string to float: '1__0'
# expect: ValueError could not convert string to float: '_1.0'
# expect: ValueError could not convert string to float: '1_.0'
# expect: ValueError could not convert string to float: '0x1p3'
# expect: ValueError could not convert string to float: '1 2'
# expect: ValueError could not convert string to float: '--1'
# expect: ValueError could not convert string to float: 'in f'
# expect: TypeError float() argument must be a string or a real number, not 'NoneType'
# expect: TypeError float() argument must be a string or a real number, not 'list'
# expect: TypeError float() argument must be a string or a real number, not 'complex'
# expect: ValueError could not convert string to float: '1\x00'
# expect: ValueError could not convert string to float: b'\xff'
# expect: ValueError could not convert string to float: 'infinit'
# expect: ValueError could not convert string to float: '1.5j'
# expect: 1.0
# expect: ValueError could not convert string to float: '½'
class A:
    def __float__(self): return 2.5
class B:
    def __index__(self): return 7
class C(float):
    def __float__(self): return 99.0
class D:
    def __float__(self): return "x"
for x in (A(), B(), C(1.5), D()): t(x)
# expect: 2.5
# expect: 7.0
# expect: 99.0
# expect: TypeError D.__float__ returned non-float (type str)
