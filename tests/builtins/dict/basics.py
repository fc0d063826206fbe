d = {"a": 1, "b": 2}
print(d, d["a"], len(d), "a" in d, 1 in d, list(d), d.get("a"), d.get("z"), d.get("z", 5), d == {"b": 2, "a": 1}, d != {}, bool({}))  # expect: {'a': 1, 'b': 2} 1 2 True False ['a', 'b'] 1 None 5 True True False
d["c"] = 3
d["a"] = 9
del d["b"]
print(d, d.pop("a"), d.pop("z", "dflt"), d, d.setdefault("n", []), d.setdefault("c", 0), d)  # expect: {'c': 3, 'n': []} 9 dflt {'c': 3, 'n': []} [] 3 {'c': 3, 'n': []}
d.update({"x": 1}, y=2)
d.update([("p", 1), ["q", 2], "rs"])
d.update()
print(d, d.popitem(), d.copy() == d, d.copy() is d)  # expect: {'c': 3, 'n': [], 'x': 1, 'y': 2, 'p': 1, 'q': 2} ('r', 's') True False
print(dict(), dict(a=1), dict({"a": 1}, b=2), dict([(1, 2)]), dict(zip("ab", [1, 2])), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), dict({}, **{"k": 1}), {**d, "z": 0}["z"], dict(dict(x=1)))  # expect: {} {'a': 1} {'a': 1, 'b': 2} {1: 2} {'a': 1, 'b': 2} {'a': None, 'b': None} {1: 0, 2: 0} {'k': 1} 0 {'x': 1}
print(d | {"new": 1}, {"a": 1} | {"a": 2})  # expect: {'c': 3, 'n': [], 'x': 1, 'y': 2, 'p': 1, 'q': 2, 'new': 1} {'a': 2}
d |= {"c": "or"}
d |= [("it", 1)]
print(d, list(reversed(d)))  # expect: {'c': 'or', 'n': [], 'x': 1, 'y': 2, 'p': 1, 'q': 2, 'it': 1} ['it', 'q', 'p', 'y', 'x', 'n', 'c']
d.clear()
print(d)  # expect: {}
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: {}["k"])  # expect: KeyError 'k'
t(lambda: {}.pop("k"))  # expect: KeyError 'k'
t(lambda: {}.popitem())  # expect: KeyError 'popitem(): dictionary is empty'
t(lambda: {}.__delitem__("k"))  # expect: KeyError 'k'
t(lambda: dict(5))  # expect: TypeError 'int' object is not iterable
t(lambda: dict([1]))  # expect: TypeError object is not iterable
t(lambda: dict([(1, 2, 3)]))  # expect: ValueError dictionary update sequence element #0 has length 3; 2 is required
t(lambda: dict(["abc"]))  # expect: ValueError dictionary update sequence element #0 has length 3; 2 is required
t(lambda: {}.update(5))  # expect: TypeError 'int' object is not iterable
t(lambda: {}.update([(1,)]))  # expect: ValueError dictionary update sequence element #0 has length 1; 2 is required
t(lambda: {} | 5)  # expect: TypeError unsupported operand type(s) for |: 'dict' and 'int'
t(lambda: {} | [(1, 2)])  # expect: TypeError unsupported operand type(s) for |: 'dict' and 'list'
t(lambda: {} < {})  # expect: TypeError '<' not supported between instances of 'dict' and 'dict'
t(lambda: hash({}))  # expect: TypeError unhashable type: 'dict'
t(lambda: {[]: 1})  # expect: TypeError cannot use 'list' as a dict key (unhashable type: 'list')
t(lambda: {}.fromkeys(5))  # expect: TypeError 'int' object is not iterable
t(lambda: {}.setdefault())  # expect: TypeError setdefault expected at least 1 argument, got 0
t(lambda: {}.get([]))  # expect: TypeError cannot use 'list' as a dict key (unhashable type: 'list')
t(lambda: dict.fromkeys([[]]))  # expect: TypeError cannot use 'list' as a dict key (unhashable type: 'list')
t(lambda: {}.pop())  # expect: TypeError pop expected at least 1 argument, got 0
t(lambda: dict(1, 2))  # expect: TypeError dict expected at most 1 argument, got 2
t(lambda: {}.nope)  # expect: AttributeError 'dict' object has no attribute 'nope'
t(lambda: {1: 2}[1, 2])  # expect: KeyError (1, 2)
