class E(Exception):
    def __str__(self): raise RuntimeError("no str")
class Outer:
    class Inner(Exception): pass
try:
    raise Outer.Inner("qualified name")
except Outer.Inner as e:
    raise E("x")
