import gc, weakref
class C: pass
def make():
    a, b = C(), C()
    a.b, b.a = b, a
    return weakref.ref(a)
gc.disable()
r = make()
print(r() is not None)  # expect: True
print(gc.collect() > 0, r())  # expect: True None
l = []
l.append(l)
wl = weakref.ref(C())
d = {}
d["d"] = d
d["c"] = C()
w = weakref.ref(d["c"])
del d, l
gc.collect()
print(w())  # expect: None
def closure():
    def f(): return f
    c = C()
    f.c = c
    return weakref.ref(c)
w = closure()
gc.collect()
print(w())  # expect: None
gc.enable()
print(gc.isenabled())  # expect: True
