p = property(lambda s: 1, doc="d")
print(p.__doc__, p.fget, p.fset) if False else print(p.__doc__, p.fset, p.fdel, p.__isabstractmethod__)  # expect: d None None False
class C:
    def g(self):
        "getter doc"
        return 1
    x = property(g)
    y = property(g, doc="own")
    z = property()
    w = x.setter(lambda s, v: None)
print(C.x.__doc__, C.y.__doc__, C.z.__doc__, C.w.__doc__, C.w is C.x, C.x.__name__ if hasattr(C.x, "__name__") else "")  # expect: getter doc own None getter doc False x
class D(C):
    x = C.x.getter(lambda s: "D")
print(D().x, C().x, type(D.x).__name__)  # expect: D 1 property
class P(property):
    extra = 1
class E:
    @P
    def v(self): "vdoc"; return 5
    @v.setter
    def v(self, n): print("set", n)
e = E()
e.v = 3  # expect: set 3
print(e.v, type(E.v).__name__, E.v.__doc__)  # expect: 5 P vdoc
for f in (lambda: property(1, 2, 3, 4, 5), lambda: C().z, lambda: setattr(C(), "z", 1), lambda: delattr(C(), "z"), lambda: p.__set__(5, 1), lambda: property(x=1)):
    try:
        print(f())
    except Exception as x:
        print(type(x).__name__, x)
# expect: TypeError property() takes at most 4 arguments (5 given)
# expect: AttributeError property 'z' of 'C' object has no getter
# expect: AttributeError property 'z' of 'C' object has no setter
# expect: AttributeError property 'z' of 'C' object has no deleter
# expect: AttributeError property '<lambda>' of 'int' object has no setter
# expect: TypeError property() got an unexpected keyword argument 'x'
