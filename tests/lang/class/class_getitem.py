class C:
    def __class_getitem__(cls, k): return (cls.__name__, k)
class D(C): pass
print(C[1], D[1, 2], C["x":])  # expect: ('C', 1) ('D', (1, 2)) ('C', slice('x', None, None))
class M(type):
    def __getitem__(cls, k): return "meta wins"
class E(C, metaclass=M): pass
print(E[1])  # expect: meta wins
try:
    C()[1]
except TypeError as e:
    print(e)  # expect: 'C' object is not subscriptable
print(list[int], dict[str, int], list[int] == list[int], list[int].__origin__, tuple[int, ...].__args__)  # expect: list[int] dict[str, int] True <class 'list'> (<class 'int'>, Ellipsis)
