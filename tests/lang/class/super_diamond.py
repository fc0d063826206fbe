class Base:
    def __init__(self, **k):
        print("Base", k)
class L(Base):
    def __init__(self, l, **k):
        print("L", l)
        super().__init__(**k)
class R(Base):
    def __init__(self, r, **k):
        print("R", r)
        super().__init__(**k)
class D(L, R):
    def __init__(self, **k):
        print("D")
        super().__init__(**k)
D(l=1, r=2, z=3)
# expect: D
# expect: L 1
# expect: R 2
# expect: Base {'z': 3}
