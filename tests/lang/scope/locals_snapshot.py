# In a function, each call of locals() gives a fresh snapshot (PEP 667).
def f():
    a = 1
    one = locals()
    b = 2
    two = locals()
    one["a"] = 99
    return a, sorted(one), sorted(two), one is two
print(f())  # expect: (1, ['a'], ['a', 'b', 'one'], False)
