import weakref
class C: pass
c = C()
called = []
r = weakref.ref(c, called.append)
del r
del c
print(called)  # expect: []
