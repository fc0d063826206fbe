import contextvars, types, inspect, typing
v = contextvars.ContextVar("v", default="dflt")
tok = v.set("a")
c = contextvars.copy_context()
v.set("b")
print(v.get(), c.run(v.get), c[v], tok.old_value is contextvars.Token.MISSING, len(c))  # expect: b a a True 1
v.reset(tok)
print(v.get(), v.name)  # expect: dflt v
n = types.SimpleNamespace(a=1, b=2)
print(n, n == types.SimpleNamespace(b=2, a=1), vars(n), types.MappingProxyType({1: 2}), types.new_class("N", (), {}, lambda ns: ns.update(x=1)).x, types.MethodType(lambda s: s, 5)())  # expect: namespace(a=1, b=2) True {'a': 1, 'b': 2} {1: 2} 1 5
def f(a: int, /, b="x", *args, c, d=1, **kw) -> str: "doc"
print(inspect.signature(f), list(inspect.signature(f).parameters), inspect.signature(f).bind(1, c=2).arguments, inspect.getdoc(f), inspect.isfunction(f), inspect.isgeneratorfunction(f), inspect.signature(len), inspect.signature(int.__add__), inspect.getfullargspec(f).kwonlyargs)  # expect: (a: int, /, b='x', *args, c, d=1, **kw) -> str ['a', 'b', 'args', 'c', 'd', 'kw'] {'a': 1, 'c': 2} doc True False (obj, /) (self, value, /) ['c', 'd']
print(typing.get_type_hints(f), typing.Optional[int], typing.Union[int, str], typing.List[int], typing.get_args(dict[str, int]), typing.get_origin(list[int]), typing.Any, typing.cast(int, "x"), typing.Callable[[int], str], typing.Literal[1, "a"], typing.Annotated[int, "m"])  # expect: {'a': <class 'int'>, 'return': <class 'str'>} int | None int | str typing.List[int] (<class 'str'>, <class 'int'>) <class 'list'> typing.Any x typing.Callable[[int], str] typing.Literal[1, 'a'] typing.Annotated[int, 'm']
class T(typing.NamedTuple):
    x: int
    y: str = "d"
class D(typing.TypedDict, total=False):
    k: int
class Pr(typing.Protocol):
    def m(self): ...
@typing.runtime_checkable
class RC(typing.Protocol):
    def append(self, x): ...
print(T(1), T._field_defaults, D(k=1), D.__optional_keys__, isinstance([], RC), isinstance(5, RC))  # expect: T(x=1, y='d') {'y': 'd'} {'k': 1} frozenset({'k'}) True False
