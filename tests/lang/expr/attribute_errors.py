def t(f):
    try:
        f()
    except AttributeError as e:
        print(e, "|", e.name, "|", type(e.obj).__name__)
class C:
    __slots__ = ("a",)
t(lambda: C().a)  # expect: 'C' object has no attribute 'a' | a | C
t(lambda: C().b)  # expect: 'C' object has no attribute 'b' | b | C
t(lambda: C.zip)  # expect: type object 'C' has no attribute 'zip' | zip | type
t(lambda: (1).foo)  # expect: 'int' object has no attribute 'foo' | foo | int
t(lambda: None.foo)  # expect: 'NoneType' object has no attribute 'foo' | foo | NoneType
t(lambda: setattr(C(), "b", 1))  # expect: 'C' object has no attribute 'b' and no __dict__ for setting new attributes | b | C
t(lambda: setattr(1, "b", 1))  # expect: 'int' object has no attribute 'b' and no __dict__ for setting new attributes | b | int
t(lambda: setattr(1, "real", 1))  # expect: attribute 'real' of 'int' objects is not writable | None | NoneType
t(lambda: delattr(C(), "a"))  # expect: a | None | NoneType
t(lambda: setattr(object(), "x", 1))  # expect: 'object' object has no attribute 'x' and no __dict__ for setting new attributes | x | object
t(lambda: delattr(C(), "nope"))  # expect: 'C' object has no attribute 'nope' and no __dict__ for setting new attributes | nope | C
import sys
t(lambda: sys.nonesuch)  # expect: module 'sys' has no attribute 'nonesuch' | nonesuch | module
