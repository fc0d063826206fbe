# Keys are looked up with get(), so a __missing__ does not make them.
class D(dict):
    def __missing__(self, k): return "made"
match D():
    case {"x": v}: print("made", v)
    case _: print("not there")
# expect: not there
class Key: k = "name"
match {"name": 5}:
    case {Key.k: v}: print(v)
# expect: 5
try:
    match {"name": 5}:
        case {Key.k: a, "name": b}: pass
except ValueError as e:
    print(e)
