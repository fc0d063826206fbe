class F(frozenset):
    pass
s = set()
class H:
    def __init__(self, s): self.s = s
    def __repr__(self): return f"H({self.s})"
s.add(H(s))
print(s)  # expect: {H(set(...))}
print({()}, {(1, 2)}, {"a"}, {None}, {1.5}, {b"x"}, {frozenset()})  # expect: {()} {(1, 2)} {'a'} {None} {1.5} {b'x'} {frozenset()}
