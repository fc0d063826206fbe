"""Types of ctypes and of ctypes.wasm32 do not mix."""
# needs: libraries modules
import ctypes
import ctypes.wasm32 as c
from _native import LIBRARY

lib = c.CDLL("target/ctypes/library.wasm")
own = ctypes.CDLL(LIBRARY)


def refuses(f, *args):
    try:
        f(*args)
    except (TypeError, ctypes.ArgumentError) as e:
        return type(e).__name__
    return "nothing"


print(ctypes.sizeof(ctypes.c_void_p), c.sizeof(c.c_void_p), c.c_int is not ctypes.c_int, c.ArgumentError is ctypes.ArgumentError)  # expect: 8 4 True True
for this, that, library in (ctypes, c, own), (c, ctypes, lib):
    print(refuses(type(this.Structure), "S", (this.Structure,), {"_fields_": [("x", that.c_int)]}))
    print(refuses(type(this._Pointer), "P", (this._Pointer,), {"_type_": that.c_int}))
    for value in that.c_int(1), (that.c_int * 3)(), that.byref(that.c_int(1)), that.pointer(that.c_int(1)), that.c_char_p(b"x"):
        for types in None, [this.c_void_p], [this.c_char_p], [this.POINTER(this.c_int)], [this.c_int]:
            library.same_pointer.argtypes = types
            assert refuses(library.same_pointer, value) == "ArgumentError", (value, types)
    print(refuses(this.cast, (that.c_int * 3)(), this.c_void_p), refuses(this.string_at, that.create_string_buffer(3)))
# expect: TypeError
# expect: TypeError
# expect: ArgumentError ArgumentError
# expect: TypeError
# expect: TypeError
# expect: ArgumentError ArgumentError


class Large(c.Structure):
    _fields_ = [("x", c.c_int), ("y", c.c_int * 100)]


class Small(c.Structure):
    _fields_ = [("x", c.c_int)]


print(Small.x.__get__(Small(3)), refuses(Large.y.__get__, Small()), refuses(Large.y.__set__, Small(), (c.c_int * 100)()))  # expect: 3 TypeError TypeError
