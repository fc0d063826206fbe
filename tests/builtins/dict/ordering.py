d = {}
for k in "cab": d[k] = k
d["c"] = "again"
print(list(d), list(d.items()))  # expect: ['c', 'a', 'b'] [('c', 'again'), ('a', 'a'), ('b', 'b')]
del d["c"]
d["c"] = "back at the end"
print(list(d))  # expect: ['a', 'b', 'c']
d = {1: "a", 1.0: "b", True: "c"}
print(d)  # expect: {1: 'c'}
d = dict.fromkeys(range(100))
for i in range(0, 100, 2): del d[i]
for i in range(0, 10, 2): d[i] = 1
print(list(d)[:3], list(d)[-6:], len(d), next(reversed(d)))  # expect: [1, 3, 5] [99, 0, 2, 4, 6, 8] 55 8
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, list({"a": 1} | {"b": 2, "a": 3}))  # expect: True ['a', 'b']
d = {i: i for i in range(5)}
d.pop(2)
d.popitem()
d[2] = 2
print(d)  # expect: {0: 0, 1: 1, 3: 3, 2: 2}
