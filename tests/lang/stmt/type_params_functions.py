def first[T](xs: list[T]) -> T:
    return xs[0]
print(first([3]), first.__type_params__, first.__annotations__)  # expect: 3 (T,) {'xs': list[T], 'return': T}
def bounded[T: (int, str), *Ts, **P, D = int](x: T): ...
T, Ts, P, D = bounded.__type_params__
print(T.__constraints__, T.__bound__, Ts, P, D.__default__, D.has_default(), T.has_default())  # expect: (<class 'int'>, <class 'str'>) None Ts P <class 'int'> True False
def b2[S: str](s: S): ...
print(b2.__type_params__[0].__bound__)  # expect: <class 'str'>
print(T.__infer_variance__, T.__covariant__, type(T).__name__, type(Ts).__name__, type(P).__name__)  # expect: True False TypeVar TypeVarTuple ParamSpec
print(P.args, P.kwargs)  # expect: P.args P.kwargs
