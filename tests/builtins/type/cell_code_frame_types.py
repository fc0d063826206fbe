def f(a, b=1, *c, d, **e):
    x = 1
    def g(): return x
    return g
c = f.__code__
print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_name, c.co_qualname, c.co_flags & 4, c.co_flags & 8, c.co_firstlineno)  # expect: 2 0 1 6 ('a', 'b', 'd', 'c', 'e', 'g') ('x',) () f f 4 8 1
g = f(1, d=2)
print(g.__code__.co_freevars, g.__closure__[0].cell_contents, type(g.__closure__[0]).__name__, repr(g.__closure__[0])[:8])  # expect: ('x',) 1 cell <cell at
print(c == f.__code__, hash(c) == hash(f.__code__), c.replace(co_name="q").co_name, c != g.__code__, compile("1", "a", "eval") == compile("1", "a", "eval"))  # expect: True True q True True
def h(a, /, b): pass
print(h.__code__.co_posonlyargcount, h.__code__.co_argcount)  # expect: 1 2
for k in (type(c),):
    try:
        print(k())
    except (TypeError) as e:
        print(type(e).__name__)  # expect: TypeError
try:
    c.co_name = "x"
except AttributeError as e:
    print(e)  # expect: readonly attribute
async def co(): pass
def gen(): yield
async def agen(): yield
print(bool(co.__code__.co_flags & 0x80), bool(gen.__code__.co_flags & 0x20), bool(agen.__code__.co_flags & 0x200), bool(c.co_flags & 0x10), bool(c.co_flags & 1), bool(c.co_flags & 2))  # expect: True True True False True True

# A traceback keeps the instruction's position that it was given.
import sys, types
for lasti in -1, 0, 1, 2, 7:
    print(types.TracebackType(None, sys._getframe(), lasti, 5).tb_lasti)
# expect: -1
# expect: 0
# expect: 1
# expect: 2
# expect: 7
