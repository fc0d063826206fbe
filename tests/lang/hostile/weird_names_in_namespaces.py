ns = {}
exec("x = 1", ns)
ns[5] = "int key"
ns[None] = 1
exec("y = x", ns)
print(ns["y"])  # expect: 1
class C: pass
C.__dict__
setattr(C, "not an identifier", 1)
print(getattr(C, "not an identifier"))  # expect: 1
print(type("x y", (), {"1": 2}).__name__)  # expect: x y
try:
    exec("x", {"__builtins__": 5})
except (NameError, TypeError) as e:
    print(type(e).__name__)  # expect: TypeError
def f(**k): return k
print(f(**{"a b": 1, "": 2, "class": 3}))  # expect: {'a b': 1, '': 2, 'class': 3}
