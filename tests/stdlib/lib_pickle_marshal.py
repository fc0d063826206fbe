import pickle, marshal, copyreg
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x
class S:
    __slots__ = ("a",)
    def __getstate__(self): return {"a": self.a}
    def __setstate__(self, s): self.a = s["a"]
class R:
    def __reduce__(self): return (int, ("42",))
s = S(); s.a = 5
for proto in range(pickle.HIGHEST_PROTOCOL + 1):
    data = [1, -1, 2 ** 70, 1.5, "é", b"b", None, True, (1, (2,)), {"k": [1]}, {1, 2}, frozenset([3]), P(7), range(3), 1j, len, int, bytearray(b"x"), ...]
    back = pickle.loads(pickle.dumps(data, proto))
    print(proto, back == data, pickle.loads(pickle.dumps(R(), proto)))
# expect: 0 True 42
# expect: 1 True 42
# expect: 2 True 42
# expect: 3 True 42
# expect: 4 True 42
# expect: 5 True 42
print(pickle.loads(pickle.dumps(s)).a)  # expect: 5
l = []
l.append(l)
r = pickle.loads(pickle.dumps(l))
print(r[0] is r)  # expect: True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])
t(lambda: pickle.dumps(lambda: 0))  # expect: PicklingError Can't pickle local object <function <lambda>.<locals>.<lambda>
t(lambda: pickle.loads(b"garbage"))  # expect: UnpicklingError pickle data was truncated
t(lambda: pickle.loads(b""))  # expect: EOFError Ran out of input
t(lambda: pickle.dumps((x for x in [])))  # expect: TypeError cannot pickle 'generator' object
print(marshal.loads(marshal.dumps([1, "a", b"b", (1.5, None), {"k": 2 ** 80}, {1}, True, 1j])), eval(marshal.loads(marshal.dumps(compile("1 + 2", "f", "eval")))))  # expect: [1, 'a', b'b', (1.5, None), {'k': 1208925819614629174706176}, {1}, True, 1j] 3
