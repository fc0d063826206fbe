def f(**k): return k
d = {"b": 1, "a": 2}
r = f(**d, c=3)
print(r, list(r))  # expect: {'b': 1, 'a': 2, 'c': 3} ['b', 'a', 'c']
r["b"] = 99
print(d)  # expect: {'b': 1, 'a': 2}
def g(*a): return a
t = (1, 2)
print(g(*t) == t, g(*[]) == ())  # expect: True True
