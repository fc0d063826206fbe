"""The names of ctypes, for WebAssembly modules.

    import ctypes.wasm32 as c
    library = c.CDLL("library.wasm")
    library.add.argtypes = c.c_int, c.c_int
    library.add(1, 2)

Pointers, long and size_t have 32 bits. A module has a memory of its own: an object moves there when it is first passed
by pointer, and stays as long as it lives. What the module does wrong ends in OSError.
"""

# The library's ctypes is executed once more, with these types in place of the process's. Where there is nothing but
# modules of this kind, ctypes itself is it.

import sys

if "_ctypes_wasm32" in sys.builtin_module_names:

    def _execute():
        import builtins
        import importlib.util
        import types
        import _ctypes_wasm32

        # What the library's code imports under these names is ours.
        ours = {"_ctypes": _ctypes_wasm32, "ctypes": sys.modules[__name__]}

        def import_ours(name, globals=None, locals=None, fromlist=(), level=0):
            if level == 0 and fromlist and name in ours:
                return ours[name]
            return __import__(name, globals, locals, fromlist, level)

        own_builtins = {**vars(builtins), "__import__": import_ours}

        def execute(name, namespace):
            namespace["__builtins__"] = own_builtins
            exec(importlib.util.find_spec(name).loader.get_code(name), namespace)

        namespace = globals()
        doc = __doc__
        endian = ours["ctypes._endian"] = types.ModuleType(__name__ + "._endian")

        # It asks for the names that exist halfway through.
        class Endian:
            def __getattr__(self, name):
                if not hasattr(endian, "BigEndianUnion"):
                    execute("ctypes._endian", vars(endian))
                return getattr(endian, name)

        ours["ctypes._endian"] = Endian()
        execute("ctypes", namespace)
        namespace["__doc__"] = doc

    _execute()
    del _execute
else:
    import ctypes

    if ctypes.sizeof(ctypes.c_void_p) != 4:
        raise ImportError("this interpreter was built without WebAssembly modules")
    sys.modules[__name__] = ctypes
