class A:
    def __new__(cls, *a, **k):
        print("new", cls.__name__, a, k)
        return super().__new__(cls)
    def __init__(self, *a, **k):
        print("init", a, k)
A(1, k=2)
# expect: new A (1,) {'k': 2}
# expect: init (1,) {'k': 2}
class B:
    def __new__(cls): return 5
    def __init__(self): print("not called")
print(B())  # expect: 5
class C:
    def __init__(self): return 1
try:
    C()
except TypeError as e:
    print(e)  # expect: __init__() should return None, not 'int'
class D(A):
    def __new__(cls): return object.__new__(A)
    def __init__(self): print("not a D, so not called")
print(type(D()).__name__)  # expect: A
class E(int):
    def __new__(cls, v): return int.__new__(cls, v * 2)
print(E(4), E(4) + 1)  # expect: 8 9
