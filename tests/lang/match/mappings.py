def f(x):
    match x:
        case {"a": 1}: return "a is 1"
        case {"a": v, "b": {"c": c}}: return f"a={v} c={c}"
        case {"k": v, **rest}: return f"k={v} rest={rest}"
        case {-1: n, None: m}: return f"{n}{m}"
        case {}: return "any mapping"
        case _: return "no mapping"
print([f(x) for x in ({"a": 1, "z": 2}, {"a": 2, "b": {"c": 3}}, {"k": 1, "x": 2}, {-1: "n", None: "m"}, {"a": 2}, {}, [], 5)])  # expect: ['a is 1', 'a=2 c=3', "k=1 rest={'x': 2}", 'nm', 'any mapping', 'any mapping', 'no mapping', 'no mapping']
