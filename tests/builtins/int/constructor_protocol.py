class A:
    def __int__(self): return 5
class B:
    def __index__(self): return 6
class C:
    def __trunc__(self): return 7
class D(int):
    def __int__(self): return 99
class E:
    def __int__(self): return True
class F:
    def __int__(self): return 1.5
for k in (A, B, C, lambda: D(3), E, F):
    try:
        print(int(k()), type(int(k())).__name__)
    except TypeError as e:
        print(e)
# expect: 5 int
# expect: 6 int
# expect: int() argument must be a string, a bytes-like object or a real number, not 'C'
# expect: 99 int
# expect: 1 int
# expect: __int__ returned non-int (type float)
