class Box[T]:
    def __init__(self, x: T): self.x = x
    def get[U](self, u: U) -> T | U: return self.x
print(Box.__type_params__, Box.__orig_bases__, Box.__mro__)  # expect: (T,) (typing.Generic[T],) (<class '__main__.Box'>, <class 'typing.Generic'>, <class 'object'>)
print(Box[int], Box[int](5).x)  # expect: __main__.Box[int] 5
class Sub[K, V](dict[K, V]): pass
print(Sub.__bases__, Sub.__orig_bases__)  # expect: (<class 'dict'>, <class 'typing.Generic'>) (dict[K, V], typing.Generic[K, V])
print(Box.get.__annotations__)  # expect: {'u': U, 'return': T | U}
T = "module T"
class Uses[T]:
    t = T
print(Uses.t, T)  # expect: T module T
try:
    Box[int, str]
except TypeError as e:
    print(e)  # expect: Too many arguments for <class '__main__.Box'>; actual 2, expected 1
