# A callback runs when its reference survives, not when it dies with the cycle.
import gc, weakref
class C: pass
a = C()
a.me = a
outside = weakref.ref(a, lambda r: print("outside callback", r()))
a.inside = weakref.ref(a, lambda r: print("never"))
del a
gc.collect()  # expect: outside callback None
print("end")  # expect: end
