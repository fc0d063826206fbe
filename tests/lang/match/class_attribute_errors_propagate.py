class P:
    @property
    def x(self): raise ValueError("from property")
    @property
    def y(self): raise AttributeError("missing")
match P():
    case P(y=1): pass
    case _: print("AttributeError means no match")
# expect: AttributeError means no match
try:
    match P():
        case P(x=1): pass
except ValueError as e:
    print(e)  # expect: from property
