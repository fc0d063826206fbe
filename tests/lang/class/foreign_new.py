class L(list):
    __new__ = object.__new__
class D(dict):
    __new__ = object.__new__
class P:
    __new__ = list.__new__
for cls in L, D, P:
    try:
        print(type(cls()).__name__)
    except TypeError as e:
        print(e)
# expect: L
# expect: D
# expect: P
class Q(list):
    __new__ = list.__new__
print(Q([1, 2]))  # expect: [1, 2]
