print("before")  # expect: before
class C:
    print("body", __name__, __qualname__, __module__)
    if True:
        chosen = 1
    def f(): pass
    print(sorted(k for k in locals() if k[:2] != "__"))
# expect: body __main__ C __main__
# expect: ['chosen', 'f']
print("after", C.chosen)  # expect: after 1
try:
    class D:
        a = 1
        raise ValueError("in body")
except ValueError as e:
    print(e, "D" in globals())  # expect: in body False
class E:
    __qualname__ = "Custom.E"
    __module__ = "other"
print(E)  # expect: <class 'other.Custom.E'>
try:
    class F:
        __qualname__ = 5
except TypeError as e:
    print(e)  # expect: type __qualname__ must be a str, not int
