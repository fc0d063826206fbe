d = {"a": 1, "b": 2}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), "a" in k, 1 in v, ("a", 1) in i, ("a", 2) in i, ("a",) in i, "x" in i, list(reversed(k)), list(reversed(v)), list(reversed(i)))  # expect: dict_keys(['a', 'b']) dict_values([1, 2]) dict_items([('a', 1), ('b', 2)]) 2 True True True False False False ['b', 'a'] [2, 1] [('b', 2), ('a', 1)]
d["c"] = 3
print(list(k), list(v), len(i), k.mapping["c"], type(k.mapping).__name__)  # expect: ['a', 'b', 'c'] [1, 2, 3] 3 3 mappingproxy
print(k == {"a", "b", "c"}, k & {"a", "z"}, k | {"z"} == {"a", "b", "c", "z"}, k - {"a"} == {"b", "c"}, k ^ {"a", "q"} == {"b", "c", "q"}, k <= {"a", "b", "c", "d"}, k < k, k >= ["a"] if False else "", k.isdisjoint("xyz"), i & {("a", 1)}, {"a"} & k, ["a"] - k if False else "", i == {("a", 1), ("b", 2), ("c", 3)}, v == d.values(), v == v)  # expect: True {'a'} True True True True False  True {('a', 1)} {'a'}  True False True
print(type(k & k).__name__, sorted(k | ["n"]), sorted(["n"] | k) if False else "", i.isdisjoint([]), k & "abx" == {"a", "b"})  # expect: set ['a', 'b', 'c', 'n']  True True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: k[0])  # expect: TypeError 'dict_keys' object is not subscriptable
t(lambda: k + k)  # expect: TypeError unsupported operand type(s) for +: 'dict_keys' and 'dict_keys'
t(lambda: k | 5)  # expect: TypeError 'int' object is not iterable
t(lambda: hash(k))  # expect: TypeError unhashable type: 'dict_keys'
t(lambda: k.add("x"))  # expect: AttributeError 'dict_keys' object has no attribute 'add'
t(lambda: v | v)  # expect: TypeError unsupported operand type(s) for |: 'dict_values' and 'dict_values'
t(lambda: k < 5)  # expect: TypeError '<' not supported between instances of 'dict_keys' and 'int'
t(lambda: k.mapping.__setitem__("a", 1))  # expect: AttributeError 'mappingproxy' object has no attribute '__setitem__'
t(lambda: len(i | {1}))  # expect: 4
t(lambda: {"x": []}.items() & {("x", 1)})  # expect: TypeError unhashable type: 'list'
t(lambda: {"x": []}.items() | {1})  # expect: TypeError cannot use 'tuple' as a set element (unhashable type: 'list')
