class D(dict):
    def __missing__(self, k):
        self[k] = v = [k]
        return v
d = D(a=1)
print(d["a"], d["b"], d, d.get("zz"), "zz" in d, d.setdefault("q", 1), d.pop("zz", None))  # expect: 1 ['b'] {'a': 1, 'b': ['b'], 'q': 1} None False 1 None
class E(dict):
    def __getitem__(self, k): return "overridden"
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
    def keys(self): return ["fake"]
    def __iter__(self): return iter(["it"])
e = E(x=1)
e["y"] = 5
e.update(z=7)
print(e["x"], e.get("x"), dict.__getitem__(e, "y"), dict(e), list(e), {**e}, e.copy(), len(e))  # expect: overridden 1 10 {'fake': 'overridden'} ['it'] {'fake': 'overridden'} {'fake': 'overridden'} 3
def f(**k): return k
print(f(**e))  # expect: {'fake': 'overridden'}
class F(dict):
    def __missing__(self, k): raise LookupError("custom " + k)
try:
    F()["k"]
except LookupError as x:
    print(type(x).__name__, x)  # expect: LookupError custom k
