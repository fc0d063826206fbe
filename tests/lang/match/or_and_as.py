def f(x):
    match x:
        case [("a" | "b") as letter, (1 | 2 | 3) as digit]: return letter, digit
        case {"t": ("x" | "y") as t} | [t]: return ("t", t)
        case (1 | 2) | (3 | 4): return "small"
        case [[p] | (p, _), *q] as whole: return p, q, whole
        case _: return None
for x in (["a", 2], {"t": "y"}, [5], 3, [[1], 2, 3], [[4, 5], 6], 9):
    print(f(x))
# expect: ('a', 2)
# expect: ('t', 'y')
# expect: ('t', 5)
# expect: small
# expect: (1, [2, 3], [[1], 2, 3])
# expect: (4, [6], [[4, 5], 6])
# expect: None
