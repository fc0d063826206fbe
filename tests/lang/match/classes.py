class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
def f(o):
    match o:
        case P(0, 0): return "origin"
        case P(x, y=0): return f"on x at {x}"
        case P(x=0, y=y): return f"on y at {y}"
        case P(): return "a point"
        case int(n): return f"int {n}"
        case str() as s: return f"str {s}"
        case list([a, b]): return f"list of {a} {b}"
        case dict({"k": v}): return f"dict {v}"
        case float(1.5 | 2.5 as v): return f"float {v}"
        case object(): return "object"
print([f(o) for o in (P(0, 0), P(1, 0), P(0, 2), P(1, 1), 5, True, "s", [1, 2], {"k": 1}, 2.5, 3.5, None)])  # expect: ['origin', 'on x at 1', 'on y at 2', 'a point', 'int 5', 'int True', 'str s', 'list of 1 2', 'dict 1', 'float 2.5', 'object', 'object']
