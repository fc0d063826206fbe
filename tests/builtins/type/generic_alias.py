a = list[int]
print(a, repr(dict[str, list[int]]), a.__origin__, a.__args__, a.__parameters__, a == list[int], a != list[str], hash(a) == hash(list[int]), a(), a("ab"), type(a).__name__, a.append is list.append, a.__unpacked__, tuple[()], tuple[int, ...], list[int, str], type[int], a.__class__, list["fwd"], dict[int, None], list[...], frozenset[int], a.__mro_entries__(()))  # expect: list[int] dict[str, list[int]] <class 'list'> (<class 'int'>,) () True True True [] ['a', 'b'] GenericAlias True False tuple[()] tuple[int, ...] list[int, str] type[int] <class 'types.GenericAlias'> list['fwd'] dict[int, None] list[...] frozenset[int] (<class 'list'>,)
G = type(a)
print(G(list, int), G(int, (str, float)), G(list, (int,)) == a, isinstance(a, type), a[int] if False else "")  # expect: list[int] int[str, float] True False 
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: int[str])  # expect: TypeError type 'int' is not subscriptable
t(lambda: a[int])  # expect: TypeError list[int] is not a generic class
t(lambda: isinstance([], a))  # expect: TypeError isinstance() argument 2 cannot be a parameterized generic
t(lambda: issubclass(list, a))  # expect: TypeError issubclass() argument 2 cannot be a parameterized generic
t(lambda: G(list))  # expect: TypeError GenericAlias expected 2 arguments, got 1
t(lambda: a.nope)  # expect: AttributeError type object 'list' has no attribute 'nope'
t(lambda: setattr(a, "x", 1))  # expect: AttributeError 'types.GenericAlias' object has no attribute 'x' and no __dict__ for setting new attributes
t(lambda: list[int](5))  # expect: TypeError 'int' object is not iterable
class C(list[int]): pass
print(C.__orig_bases__, C.__bases__)  # expect: (list[int],) (<class 'list'>,)
print([*tuple[int, str]][0], list(iter(tuple[int]))[0] == next(iter(tuple[int])))  # expect: *tuple[int, str] True
class D:
    @classmethod
    def __class_getitem__(cls, k): return type(a)(cls, k)
print(D[int], D[int]().__orig_class__)  # expect: __main__.D[int] __main__.D[int]

# A list among the arguments that gets shorter while it is shown.
class Shortens:
    def __repr__(self):
        items.clear()
        return "x"
items = [Shortens(), 1]
try:
    repr(type(list[int])(int, items))
except IndexError as e:
    print(e)  # expect: list index out of range
