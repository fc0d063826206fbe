class M:
    def keys(self): return ["a", "b"]
    def __getitem__(self, k): return k * 2
def f(**k): return k
print(f(**M()))  # expect: {'a': 'aa', 'b': 'bb'}
print({**M()})  # expect: {'a': 'aa', 'b': 'bb'}
class Bad:
    def keys(self): return [1]
    def __getitem__(self, k): return k
try:
    f(**Bad())
except TypeError as e:
    print(e)  # expect: keywords must be strings
class NoKeys: pass
try:
    f(**NoKeys())
except TypeError as e:
    print(e)  # expect: __main__.f() argument after ** must be a mapping, not NoKeys
try:
    f(a=1, **{"a": 2})
except TypeError as e:
    print(e)  # expect: __main__.f() got multiple values for keyword argument 'a'
