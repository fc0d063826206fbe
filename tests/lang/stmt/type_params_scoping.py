def outer[T]():
    def inner(x: T) -> T: return x
    return inner, T
inner, T1 = outer()
print(inner.__annotations__["x"] is T1)  # expect: True
class C[T]:
    T = 5
    x = T
print(C.x, C.T)  # expect: 5 5
def f[T](default=T if False else 1): return default
try:
    print(f())  # expect: 1
except NameError as e:
    print(e)
def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("def f[T, T](): pass")  # expect: duplicate type parameter 'T'
check("def f[T=int, U](): pass")  # expect: non-default type parameter 'U' follows default type parameter
check("def f[*Ts: int](): pass")  # expect: cannot use bound with TypeVarTuple
check("def f[**P: int](): pass")  # expect: cannot use bound with ParamSpec
check("class C[T](metaclass=(yield)): pass")  # expect: yield expression cannot be used within the definition of a generic
check("type X[T: (yield)] = 1")  # expect: yield expression cannot be used within a TypeVar bound
check("def f[T: (x := 1)](): pass")  # expect: named expression cannot be used within a TypeVar bound
check("class C[T](a := b): pass")  # expect: named expression cannot be used within the definition of a generic
check("def f[](): pass")  # expect: Type parameter list cannot be empty
check("type X = (yield)")  # expect: yield expression cannot be used within a type alias
check("def f[__debug__](): pass")  # expect: cannot assign to __debug__
check("def f[T]():\n nonlocal T")  # expect: nonlocal binding not allowed for type parameter 'T'
