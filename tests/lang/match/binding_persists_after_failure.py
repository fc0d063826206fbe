match [1, 2, 3]:
    case [a, b, 4]: pass
    case [c, *d] if c > 5: pass
    case _: pass
print(sorted(n for n in "abcd" if n in globals()))  # expect: ['c', 'd']
