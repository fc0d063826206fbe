def strings(x, y):
    return f"{x!r:>{y}} {y=} plain", f"{x}", t"a {x:>3} b {y!s}"
