T = type("T", (list,), {"x": 1, "f": lambda self: len(self)})
print(T([1, 2]).f(), T.x, T.__name__, T.__module__, T.__qualname__)  # expect: 2 1 T __main__ T
def t(*a, **k):
    try:
        print(type(*a, **k))
    except (TypeError, ValueError) as e:
        print(e)
t()  # expect: type() takes 1 or 3 arguments
t(1, 2)  # expect: type() takes 1 or 3 arguments
t("A", 1, {})  # expect: type.__new__() argument 2 must be tuple, not int
t("A", (), 1)  # expect: type.__new__() argument 3 must be dict, not int
t(1, (), {})  # expect: type.__new__() argument 1 must be str, not int
t("A", (1,), {})  # expect: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases
t("A\0", (), {})  # expect: type name must not contain null characters
t("A", (), {"__qualname__": 1})  # expect: type __qualname__ must be a str, not int
t("A", (), {}, k=1)  # expect: A.__init_subclass__() takes no keyword arguments
t("A", (), {"__slots__": 1})  # expect: 'int' object is not iterable
T.__name__ = "Renamed"
print(T)  # expect: <class '__main__.T'>
for n in ("", 5, "a\0"):
    try:
        T.__name__ = n
        print(repr(T.__name__))
    except (TypeError, ValueError) as e:
        print(e)
# expect: ''
# expect: can only assign string to .__name__, not 'int'
# expect: type name must not contain null characters
