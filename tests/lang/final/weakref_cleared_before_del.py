# A finaliser still sees the object through its weak references; callbacks come after it.
import weakref
class C:
    def __del__(self):
        print("in del", r() is self)
c = C()
r = weakref.ref(c)
del c  # expect: in del True
print(r())  # expect: None
def cb(ref): raise ValueError("in callback")
class D: pass
d = D()
w = weakref.ref(d, cb)
del d
print("goes on")  # expect: goes on
