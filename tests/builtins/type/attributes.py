print(int.__name__, int.__qualname__, int.__module__, int.__bases__, int.__base__, bool.__base__, type.__mro__, object.__bases__, object.__base__, int.__dictoffset__, int.__basicsize__ > 0, int.__flags__ & 1 << 9 > 0, int.__itemsize__ >= 0, type.__dictoffset__ != 0, int.__text_signature__, type(int), list.mro())  # expect: int int builtins (<class 'object'>,) <class 'object'> <class 'int'> (<class 'type'>, <class 'object'>) () None 0 True False True True None <class 'type'> [<class 'list'>, <class 'object'>]
class C:
    """Doc."""
print(C.__doc__, C.__dict__["__doc__"], C.__weakrefoffset__ != 0, C.__dictoffset__ != 0, C.__subclasses__(), C.__type_params__, C.__annotations__, C.__static_attributes__, C.__firstlineno__)  # expect: Doc. Doc. True True [] () {} () 2
C.__doc__ = "New."
print(C.__doc__)  # expect: New.
C.__module__ = "mod"
print(C, C.__qualname__)  # expect: <class 'mod.C'> C
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: setattr(C, "__dict__", {}))  # expect: AttributeError attribute '__dict__' of 'type' objects is not writable
t(lambda: setattr(C, "__mro__", ()))  # expect: AttributeError attribute '__mro__' of 'type' objects is not writable
t(lambda: delattr(C, "__name__"))  # expect: TypeError cannot delete '__name__' attribute of immutable type 'C'
t(lambda: delattr(C, "__module__"))  # expect: TypeError cannot delete '__module__' attribute of immutable type 'C'
t(lambda: delattr(C, "nope"))  # expect: AttributeError type object 'C' has no attribute 'nope'
t(lambda: setattr(C, "__base__", 1))  # expect: AttributeError readonly attribute
t(lambda: C.nope)  # expect: AttributeError type object 'C' has no attribute 'nope'
t(lambda: setattr(C, "__abstractmethods__", ["x"]) or C())  # expect: TypeError Can't instantiate abstract class C without an implementation for abstract method 'x'
t(lambda: type.__prepare__())  # expect: {}
t(lambda: type.mro(5))  # expect: TypeError descriptor 'mro' for 'type' objects doesn't apply to a 'int' object

# Static methods of builtin types know their class.
import pickle
print(str.maketrans.__qualname__, bytes.maketrans.__qualname__)  # expect: str.maketrans bytes.maketrans
print(str.maketrans.__self__, str.maketrans.__module__)  # expect: None None
print(str(str.maketrans).startswith("<built-in method maketrans of type object at "))  # expect: True
print(str.maketrans.__reduce__())  # expect: (<built-in function getattr>, (<class 'str'>, 'maketrans'))
print(pickle.loads(pickle.dumps(str.maketrans)) is str.maketrans)  # expect: True

# Flags: values inside the object (bit 2), weak references (3) and a dict (4) that class statements added.
class Plain: pass
class Slots: __slots__ = ()
class Weak: __slots__ = ("__weakref__",)
class Tuple(tuple): pass
class Error(Exception): pass
print([bin(c.__flags__ >> 2 & 7) for c in (Plain, Slots, Weak, Tuple, Error, object, Exception)])
# expect: ['0b111', '0b0', '0b10', '0b100', '0b10', '0b0', '0b0']

class Int(int): __slots__ = ()
for n in 0, -1, 2**30, 2**60, 2**90:
    assert n.__sizeof__() - 4 * max(1, (n.bit_length() + 29) // 30) == int.__basicsize__ == Int.__basicsize__
print(int.__basicsize__, int.__itemsize__)  # expect: 24 4
