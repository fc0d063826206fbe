print(complex(), complex(1), complex(1, 2), complex("1+2j"), complex(" -1.5e3-2.5J "), complex("j"), complex("-j"), complex("+5"), complex("(1+2j)"), complex("1e5j"), complex("nan"), complex("-infinityj"), complex(1.5, True), complex(1j, 1j), complex(real=1, imag=2), complex("1_0+2_0j"))  # expect: 0j (1+0j) (1+2j) (1+2j) (-1500-2.5j) 1j -1j (5+0j) (1+2j) 100000j (nan+0j) -infj (1.5+1j) (-1+1j) (1+2j) (10+20j)
def t(*a, **k):
    try:
        print(complex(*a, **k))
    except Exception as e:
        print(type(e).__name__, e)
t("1 + 2j")  # expect: ValueError complex() arg is a malformed string
t("")  # expect: ValueError complex() arg is a malformed string
t("1+")  # expect: ValueError complex() arg is a malformed string
t("1+2")  # expect: ValueError complex() arg is a malformed string
t("1j2")  # expect: ValueError complex() arg is a malformed string
t("((1))")  # expect: ValueError complex() arg is a malformed string
t("1", 2)  # expect: TypeError complex() argument 'real' must be a real number, not str
t(1, "2")  # expect: TypeError complex() argument 'imag' must be a real number, not str
t(None)  # expect: TypeError complex() argument must be a string or a number, not NoneType
t([])  # expect: TypeError complex() argument must be a string or a number, not list
t("1+2j", 1)  # expect: TypeError complex() argument 'real' must be a real number, not str
t(b"1")  # expect: TypeError complex() argument must be a string or a number, not bytes
t("1\0")  # expect: ValueError complex() arg is a malformed string
t(imag=5)  # expect: 5j
t(x=5)  # expect: TypeError complex() got an unexpected keyword argument 'x'
class A:
    def __complex__(self): return 3 + 4j
class B:
    def __float__(self): return 2.5
class C:
    def __index__(self): return 7
class D:
    def __complex__(self): return "x"
t(A()); t(B()); t(C()); t(D()); t(B(), B()); t(A(), 1)
# expect: (3+4j)
# expect: (2.5+0j)
# expect: (7+0j)
# expect: TypeError __complex__ returned non-complex (type str)
# expect: (2.5+2.5j)
# expect: (3+5j)
print(complex.from_number(5), complex.from_number(1 + 1j))  # expect: (5+0j) (1+1j)
