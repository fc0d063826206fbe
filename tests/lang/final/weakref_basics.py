import weakref
class C: pass
c = C()
r = weakref.ref(c)
print(r() is c, r.__callback__)  # expect: True None
s = weakref.ref(c, lambda ref: print("callback", ref() is None))
print(weakref.getweakrefcount(c), weakref.ref(c) is r, s is r)  # expect: 2 True False
print(hash(r) == hash(c), r == weakref.ref(c))  # expect: True True
del c  # expect: callback True
print(r(), s())  # expect: None None
for bad in (5, "s", [], (), None):
    try:
        weakref.ref(bad)
    except TypeError as e:
        print(e)
# expect: cannot create weak reference to 'int' object
# expect: cannot create weak reference to 'str' object
# expect: cannot create weak reference to 'list' object
# expect: cannot create weak reference to 'tuple' object
# expect: cannot create weak reference to 'NoneType' object
class S: __slots__ = ()
try:
    weakref.ref(S())
except TypeError as e:
    print(e)  # expect: cannot create weak reference to 'S' object
class L(list): pass
print(weakref.ref(L()) () is None)  # expect: True
print(weakref.ref(print) is not None, weakref.ref(int)() is int, weakref.ref({1}.copy) is not None)  # expect: True True True
