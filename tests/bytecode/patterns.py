def match(p):
    match p:
        case 1 | 2:
            return "n"
        case [a, b, *rest]:
            return a
        case {"k": v, **kw}:
            return v
        case Point(x=0, y=yy) if yy > 3:
            return yy
        case str() as s:
            return s
        case _:
            return None
