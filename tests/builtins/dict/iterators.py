d = {"a": 1, "b": 2}
it = iter(d)
print(next(it), it.__length_hint__(), type(it).__name__, type(iter(d.values())).__name__, type(iter(d.items())).__name__, type(reversed(d)).__name__)  # expect: a 1 dict_keyiterator dict_valueiterator dict_itemiterator dict_reversekeyiterator
d["b"] = 5
print(next(it), next(it, "end"))  # expect: b end
it = iter(d.items())
d["c"] = 1
try:
    next(it)
except RuntimeError as e:
    print(e)  # expect: dictionary changed size during iteration
try:
    next(it)
except RuntimeError as e:
    print(e)  # expect: dictionary changed size during iteration
for k in list(d): d[k + k] = 1
print(d)  # expect: {'a': 1, 'b': 5, 'c': 1, 'aa': 1, 'bb': 1, 'cc': 1}
it = iter({1: 2})
print(list(it), list(it))  # expect: [1] []
