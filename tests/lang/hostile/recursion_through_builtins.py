import sys
def t(f):
    try:
        f()
        print("ok")
    except RecursionError:
        print("RecursionError")
def by_sort(): sorted([2, 1], key=lambda x: by_sort())
def by_map(): list(map(lambda x: by_map(), [1]))
def by_filter(): list(filter(lambda x: by_filter(), [1]))
def by_min(): min([1, 2], key=lambda x: by_min())
def by_eval(): eval("by_eval()")
def by_exec(): exec("by_exec()")
def by_getattr():
    class C:
        def __getattr__(self, n): return by_getattr()
    C().x
def by_property():
    class C:
        @property
        def p(self): return by_property()
    C().p
def by_new():
    class C:
        def __new__(cls): return by_new()
    C()
def by_init():
    class C:
        def __init__(self): by_init()
    C()
def by_metaclass():
    class M(type):
        def __new__(m, *a): by_metaclass()
    class C(metaclass=M): pass
def by_str_join(): "".join(by_str_join() for _ in [1])
def by_genexpr(): return sum(by_genexpr() for _ in [1])
def by_listcomp(): return [by_listcomp() for _ in [1]]
def by_dict_missing():
    class D(dict):
        def __missing__(self, k): return self[k]
    D()[1]
def by_iter():
    class I:
        def __iter__(self): return by_iter()
    list(I())
def by_format():
    class F:
        def __format__(self, s): return f"{F()}"
    f"{F()}"
def by_sub():
    class S:
        def __init_subclass__(cls):
            class T(cls): pass
    class U(S): pass
def by_decorator():
    @lambda f: by_decorator()
    def g(): pass
def by_with():
    class W:
        def __enter__(self): by_with()
        def __exit__(self, *a): pass
    with W(): pass
def by_generator():
    def g(): yield from g()
    list(g())
def by_super():
    class A:
        def f(self): return super().__getattribute__("f")()
    A().f()
def by_bytes_join(): b"".join([by_bytes_join()])
def by_callable_class():
    class C:
        pass
    C.__call__ = C()
    C()()
def by_dict_update():
    class K:
        def keys(self):
            by_dict_update()
    {}.update(K())
def by_star(): (lambda *a: 0)(*(by_star() for _ in [1]))
def by_reduce():
    from functools import reduce
    reduce(lambda a, b: by_reduce(), [1, 2])
def by_await():
    async def f(): await f()
    try: f().send(None)
    except StopIteration: pass
for n in sorted(k for k in globals() if k.startswith("by_")):
    print(n, end=" ")
    t(globals()[n])
# expect: by_await RecursionError
# expect: by_bytes_join RecursionError
# expect: by_callable_class RecursionError
# expect: by_decorator RecursionError
# expect: by_dict_missing RecursionError
# expect: by_dict_update RecursionError
# expect: by_eval RecursionError
# expect: by_exec RecursionError
# expect: by_filter RecursionError
# expect: by_format RecursionError
# expect: by_generator RecursionError
# expect: by_genexpr RecursionError
# expect: by_getattr RecursionError
# expect: by_init RecursionError
# expect: by_iter RecursionError
# expect: by_listcomp RecursionError
# expect: by_map RecursionError
# expect: by_metaclass RecursionError
# expect: by_min RecursionError
# expect: by_new RecursionError
# expect: by_property RecursionError
# expect: by_reduce RecursionError
# expect: by_sort RecursionError
# expect: by_star RecursionError
# expect: by_str_join RecursionError
# expect: by_sub RecursionError
# expect: by_super RecursionError
# expect: by_with RecursionError
