# The newest reference's callback comes first, and before the finaliser's referents die.
import weakref
class C:
    def __del__(self): print("del")
c = C()
a = weakref.ref(c, lambda r: print("first made"))
b = weakref.ref(c, lambda r: print("second made"))
del c
# expect: del
# expect: second made
# expect: first made
