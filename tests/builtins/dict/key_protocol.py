class K:
    def __init__(self, v): self.v = v
    def __hash__(self):
        print("hash", self.v)
        return 1
    def __eq__(self, o):
        print("eq", self.v, o.v)
        return self.v == o.v
a, b = K("a"), K("b")
d = {a: 1}  # expect: hash a
d[b] = 2
# expect: hash b
# expect: eq a b
print(d[K("b")])
# expect: hash b
# expect: eq a b
# expect: eq b b
# expect: 2
print(a in d)
# expect: hash a
# expect: True
print(d.get(K("zz")))
# expect: hash zz
# expect: eq a zz
# expect: eq b zz
# expect: None
del d[K("a")]
# expect: hash a
# expect: eq a a
print(len(d))  # expect: 1
class H:
    def __hash__(self): return "not an int"
try:
    {H(): 1}
except TypeError as e:
    print(e)  # expect: cannot use 'H' as a dict key (__hash__ method should return an integer)
class Meta(type):
    def __hash__(cls): return 5
class C(metaclass=Meta): pass
print({C: 1}[C])  # expect: 1
