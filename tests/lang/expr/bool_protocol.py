class A:
    def __bool__(self): return 1
class B:
    def __len__(self): return 0
class C:
    def __len__(self): return -1
class D:
    def __bool__(self): return True
    def __len__(self): return 0
class E:
    def __len__(self): return "x"
def raises(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
raises(lambda: bool(A()))  # expect: TypeError __bool__ should return bool, returned int
raises(lambda: bool(B()))  # expect: False
raises(lambda: bool(C()))  # expect: ValueError __len__() should return >= 0
raises(lambda: bool(D()))  # expect: True
raises(lambda: bool(E()))  # expect: TypeError 'str' object cannot be interpreted as an integer
