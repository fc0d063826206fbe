def f(x):
    match x:
        case []: return "empty"
        case [1]: return "just one"
        case [a, b]: return f"two {a} {b}"
        case [a, *rest, 9]: return f"ends in 9 {a} {rest}"
        case [a, *_]: return f"starts {a}"
        case (): return "never"
        case _: return "no sequence"
print([f(x) for x in ([], [1], (1, 2), [1, 2, 9], range(4), "ab", b"ab", bytearray(b"x"), {1, 2}, {}, iter([1]), 5)])  # expect: ['empty', 'just one', 'two 1 2', 'ends in 9 1 [2]', 'starts 0', 'no sequence', 'no sequence', 'no sequence', 'no sequence', 'no sequence', 'no sequence', 'no sequence']
match [[1, 2], [3, [4, 5]]]:
    case [[a, b], [c, [*d]]]: print(a, b, c, d)
# expect: 1 2 3 [4, 5]
match 1, 2:
    case x, y: print(x, y)
# expect: 1 2
match (1,):
    case (x): print("capture", x)
# expect: capture (1,)
match [1]:
    case [x,]: print(x)
# expect: 1
