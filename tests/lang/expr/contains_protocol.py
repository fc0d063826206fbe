class A:
    def __contains__(self, x): return x
class B:
    def __iter__(self): return iter([1, 2, 3])
class C:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10
print(5 in A(), 0 in A(), [] not in A())  # expect: True False True
print(2 in B(), 9 in B())  # expect: True False
print(20 in C(), 25 in C())  # expect: True False
nan = float("nan")
print(nan in [nan], [nan] == [nan])  # expect: True True
class D(list):
    __contains__ = None
try:
    1 in D()
except TypeError as e:
    print(e)  # expect: 'D' object is not a container
