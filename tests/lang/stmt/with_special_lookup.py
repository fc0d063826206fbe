# __enter__ and __exit__ are looked up on the type, before the expression's value is used.
class M:
    def __enter__(self): return "type"
    def __exit__(self, *a): pass
m = M()
m.__enter__ = lambda: "instance"
with m as x:
    print(x)  # expect: type
with m as (a, *b):
    print(a, b)  # expect: t ['y', 'p', 'e']
class L(list):
    pass
l = [0]
with m as l[0]:
    print(l)  # expect: ['type']
