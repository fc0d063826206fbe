class K:
    def __hash__(self): raise ValueError("hash")
class E:
    def __hash__(self): return 1
    def __eq__(self, o): raise KeyError("eq")
class R:
    def __repr__(self): raise TypeError("repr")
def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: {K(): 1})  # expect: ValueError hash
t(lambda: {E(): 1, E(): 2})  # expect: KeyError 'eq'
t(lambda: E() in [E()])  # expect: KeyError 'eq'
t(lambda: [E()].index(E()))  # expect: KeyError 'eq'
t(lambda: [E()].remove(1))  # expect: KeyError 'eq'
t(lambda: repr([R()]))  # expect: TypeError repr
t(lambda: "%r" % R())  # expect: TypeError repr
t(lambda: f"{R()!r}")  # expect: TypeError repr
t(lambda: print(R()))  # expect: TypeError repr
t(lambda: {1: R()}.__repr__())  # expect: TypeError repr
t(lambda: {1, E()} == {1, E()})  # expect: KeyError 'eq'
t(lambda: (E(),) == (E(),))  # expect: KeyError 'eq'
t(lambda: sorted([E(), E()]))  # expect: TypeError '<' not supported between instances of 'E' and 'E'
