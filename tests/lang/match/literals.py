def f(x):
    match x:
        case 0: return "zero"
        case -1: return "minus one"
        case 1.5: return "float"
        case "s" | b"b": return "text"
        case True: return "True"
        case None: return "None"
        case 1 + 2j: return "complex"
        case _: return "other"
print([f(x) for x in (0, -1, 1.5, "s", b"b", True, None, 1 + 2j, 1, 0.0, False, "")])  # expect: ['zero', 'minus one', 'float', 'text', 'text', 'True', 'None', 'complex', 'other', 'zero', 'zero', 'other']
