type Pair[T] = tuple[T, T]
type Rec = list[Rec] | int
print(Pair, Pair.__name__, Pair.__type_params__, Pair[int])  # expect: Pair Pair (T,) Pair[int]
print(Rec.__value__)  # expect: list[Rec] | int
print(type(Pair).__name__, Pair.__module__)  # expect: TypeAliasType __main__
type Lazy = undefined_thing
try:
    Lazy.__value__
except NameError as e:
    print(e)  # expect: name 'undefined_thing' is not defined
print(Pair[int].__origin__ is Pair, Pair[int].__args__)  # expect: True (<class 'int'>,)
print(Rec | None)  # expect: Rec | None
try:
    Rec[int]
except TypeError as e:
    print(e)  # expect: Only generic type aliases are subscriptable
type = 5
print(type)  # expect: 5
