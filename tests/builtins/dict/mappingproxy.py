class C:
    x = 1
p = C.__dict__
print(type(p).__name__, p["x"], "x" in p, p.get("zz", 5), len(p) == len(list(p)))  # expect: mappingproxy 1 True 5 True
M = type(p)
d = {"a": 1}
m = M(d)
print(m, m["a"], list(m.items()), m | {"b": 2}, {"b": 2} | m, m == {"a": 1}, m.copy(), list(reversed(m)), hash(M({}))if False else "")  # expect: {'a': 1} 1 [('a', 1)] {'a': 1, 'b': 2} {'b': 2, 'a': 1} True {'a': 1} ['a'] 
d["z"] = 9
print(m["z"], len(m))  # expect: 9 2
for f in (lambda: m.__setitem__("a", 1), lambda: m["nope"], lambda: M(5), lambda: m.update(x=1), lambda: delattr(m, "x"), lambda: M([1]), lambda: setattr(m, "x", 1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
# expect: AttributeError 'mappingproxy' object has no attribute '__setitem__'
# expect: KeyError 'nope'
# expect: TypeError mappingproxy() argument must be a mapping, not int
# expect: AttributeError 'mappingproxy' object has no attribute 'update'
# expect: AttributeError 'mappingproxy' object has no attribute 'x' and no __dict__ for setting new attributes
# expect: TypeError mappingproxy() argument must be a mapping, not list
# expect: AttributeError 'mappingproxy' object has no attribute 'x' and no __dict__ for setting new attributes
