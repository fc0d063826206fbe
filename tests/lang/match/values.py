class Color:
    RED, GREEN = 1, 2
    class Inner: BLUE = 3
def f(x):
    match x:
        case Color.RED: return "red"
        case Color.Inner.BLUE: return "blue"
        case Color.GREEN | "green": return "green"
        case _: return "?"
print([f(x) for x in (1, 2, 3, "green", 4)])  # expect: ['red', 'green', 'blue', 'green', '?']
