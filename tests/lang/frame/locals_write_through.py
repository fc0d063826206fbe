# PEP 667
import sys
def f():
    x = 1
    fr = sys._getframe()
    fr.f_locals["x"] = 99
    fr.f_locals["new"] = "extra"
    print(x, "new" in fr.f_locals, sorted(fr.f_locals))
    try:
        del fr.f_locals["x"]
    except ValueError as e:
        print(e)
    def inner(): return x
    sys._getframe().f_locals["x"] = 5
    print(inner(), locals()["x"])
f()
# expect: 99 True ['fr', 'new', 'x']
# expect: cannot remove local variables from FrameLocalsProxy
# expect: 5 5
def caller():
    y = "old"
    change()
    return y
def change(): sys._getframe(1).f_locals["y"] = "new"
print(caller())  # expect: new
