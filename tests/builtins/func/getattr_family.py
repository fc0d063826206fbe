class C:
    x = 1
    def __getattr__(self, n):
        if n == "dyn": return "dynamic"
        raise AttributeError(n)
c = C()
print(getattr(c, "x"), getattr(c, "dyn"), getattr(c, "no", "default"), hasattr(c, "x"), hasattr(c, "no"))  # expect: 1 dynamic default True False
setattr(c, "y", 5); print(c.y); delattr(c, "y"); print(hasattr(c, "y"))
# expect: 5
# expect: False
class R:
    @property
    def p(self): raise ValueError("not an AttributeError")
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: getattr(c, "no"))  # expect: AttributeError no
t(lambda: getattr(R(), "p", "d"))  # expect: ValueError not an AttributeError
t(lambda: hasattr(R(), "p"))  # expect: ValueError not an AttributeError
t(lambda: getattr(c, 5))  # expect: TypeError attribute name must be string, not 'int'
t(lambda: setattr(c, 5, 1))  # expect: TypeError attribute name must be string, not 'int'
t(lambda: hasattr(c, 5))  # expect: TypeError attribute name must be string, not 'int'
t(lambda: delattr(c, "nope"))  # expect: AttributeError 'C' object has no attribute 'nope'
t(lambda: getattr())  # expect: TypeError getattr expected at least 2 arguments, got 0
t(lambda: getattr(c, "a", 1, 2))  # expect: TypeError getattr expected at most 3 arguments, got 4
t(lambda: getattr(c, "no", default=1))  # expect: TypeError getattr() takes no keyword arguments
