import gc, weakref
class T: pass
def check(name, build):
    t = T()
    w = weakref.ref(t)
    build(t)
    del t
    gc.collect()
    print(name, w() is None)
def by_list(t): t.x = [t]
def by_tuple(t): t.x = (t,)
def by_set(t): t.x = {t}
def by_frozenset(t): t.x = frozenset([t])
def by_dict_key(t): t.x = {t: 1}
def by_function_default(t):
    def f(a=t): pass
    t.x = f
def by_closure(t):
    t.x = lambda: t
def by_bound_method(t): t.x = [].append; t.y = t.__repr__
def by_class(t):
    class K: ref = t
    t.k = K
def by_property(t): t.x = property(lambda s: t)
def by_generator(t):
    def g():
        yield t
    t.x = g()
    next(t.x)
def by_exception(t):
    try: raise ValueError(t)
    except ValueError as e: t.e = e
def by_partial_iter(t): t.x = iter([t])
def by_map(t): t.x = map(lambda a: a, [t])
def by_zip(t): t.x = zip([t])
def by_slice(t): t.x = slice(t)
def by_module(t):
    m = type(gc)("m")
    m.t = t
    t.m = m
def by_super(t):
    t.x = super(T, t)
def by_dictview(t): t.x = {1: t}.values()
def by_coroutine(t):
    async def c(): return t
    t.c = c()
    try: t.c.send(None)
    except StopIteration: pass
def by_mappingproxy(t): t.x = type(T.__dict__)({1: t})
def by_genericalias(t): t.x = list[t]
for f in (by_list, by_tuple, by_set, by_frozenset, by_dict_key, by_function_default, by_closure, by_bound_method, by_class, by_property, by_generator, by_exception, by_partial_iter, by_map, by_zip, by_slice, by_module, by_super, by_dictview, by_coroutine, by_mappingproxy, by_genericalias):
    check(f.__name__, f)
# expect: by_list True
# expect: by_tuple True
# expect: by_set True
# expect: by_frozenset True
# expect: by_dict_key True
# expect: by_function_default True
# expect: by_closure True
# expect: by_bound_method True
# expect: by_class True
# expect: by_property True
# expect: by_generator True
# expect: by_exception True
# expect: by_partial_iter True
# expect: by_map True
# expect: by_zip True
# expect: by_slice True
# expect: by_module True
# expect: by_super True
# expect: by_dictview True
# expect: by_coroutine True
# expect: by_mappingproxy True
# expect: by_genericalias True
