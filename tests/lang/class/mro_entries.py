class Proxy:
    def __mro_entries__(self, bases):
        print("entries", len(bases))
        return (dict,)
p = Proxy()
class C(p): pass  # expect: entries 1
print(C.__bases__, C.__orig_bases__[0] is p)  # expect: (<class 'dict'>,) True
class D(list[int]): pass
print(D.__bases__, D.__orig_bases__)  # expect: (<class 'list'>,) (list[int],)
try:
    type("E", (p,), {})
except TypeError as e:
    print(e)  # expect: type() doesn't support MRO entry resolution; use types.new_class()
class Bad:
    def __mro_entries__(self, bases): return 5
try:
    class F(Bad()): pass
except TypeError as e:
    print(e)  # expect: __mro_entries__ must return a tuple
