from contextlib import *
import copy
@contextmanager
def cm(n):
    print("enter", n)
    try:
        yield n
    except ValueError as e:
        print("swallow", e)
    finally:
        print("exit", n)
with cm(1) as a, cm(2) as b:
    print(a, b)
# expect: enter 1
# expect: enter 2
# expect: 1 2
# expect: exit 2
# expect: exit 1
with cm(3):
    raise ValueError("v")
# expect: enter 3
# expect: swallow v
# expect: exit 3
with suppress(KeyError):
    {}["x"]
with ExitStack() as s:
    s.enter_context(cm("s"))
    s.callback(print, "callback")
# expect: enter s
# expect: callback
# expect: exit s
class C:
    def close(self): print("closed")
with closing(C()), nullcontext(5) as n:
    print(n)
# expect: 5
# expect: closed
import io
buf = io.StringIO()
with redirect_stdout(buf):
    print("captured")
print(repr(buf.getvalue()))  # expect: 'captured\n'
@cm("deco")
def f(): print("in f")
f()
# expect: enter deco
# expect: in f
# expect: exit deco
l = [1, [2, 3], {"k": (4, [5])}]
l.append(l)
d = copy.deepcopy(l)
print(d[:3], d[3] is d, d[1] is l[1], copy.copy(l)[1] is l[1])  # expect: [1, [2, 3], {'k': (4, [5])}] True False True
class P:
    def __init__(self): self.v = [1]
    def __deepcopy__(self, memo): return "custom"
print(copy.deepcopy({"p": P()}), copy.copy(P()).v, copy.deepcopy((1, 2)) == (1, 2), copy.replace(range, **{}) if False else "")  # expect: {'p': 'custom'} [1] True 
