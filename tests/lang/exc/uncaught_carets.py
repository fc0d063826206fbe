class Box:
    def __init__(self, v): self.v = v
def compute(a, b, c):
    return (a.v +
            b.v * c.v["key"][0] + len(a.v))
compute(Box(1), Box(2), Box({"key": [None]}))
