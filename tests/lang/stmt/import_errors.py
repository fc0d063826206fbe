def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("def f():\n from x import *")  # expect: import * only allowed at module level
check("from x import")  # expect: Expected one or more names after 'import'
check("import")  # expect: Expected one or more names after 'import'
check("import a.b as c.d")  # expect: cannot use attribute as import target
check("from . import *")  # expect: ok
check("from __future__ import nonesuch")  # expect: future feature nonesuch is not defined
check("x = 1\nfrom __future__ import annotations")  # expect: from __future__ imports must occur at the beginning of the file
check("'doc'\nfrom __future__ import annotations\nfrom __future__ import division")  # expect: ok
check("from __future__ import braces")  # expect: not a chance
check("from x import a,")  # expect: trailing comma not allowed without surrounding parentheses
check("from x import (a, b,)")  # expect: ok
check("import a as b.c")  # expect: cannot use attribute as import target
check("from x import a as b()")  # expect: cannot use function call as import target
try:
    exec("from . import x", {"__name__": "top"})
except ImportError as e:
    print(e)  # expect: attempted relative import with no known parent package
try:
    exec("from .. import x", {"__package__": "top", "__name__": "top.m"})
except ImportError as e:
    print(type(e).__name__, e)  # expect: ImportError attempted relative import beyond top-level package

# Without `__package__` and `__spec__` the package is guessed, with a warning.
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        __import__("", {"__package__": None, "__spec__": None, "__name__": "__main__"}, {}, ("foo",), 1)
    except ImportError as e:
        print(e)  # expect: attempted relative import with no known parent package
print(caught[0].category.__name__, caught[0].message)
# expect: ImportWarning can't resolve package from __spec__ or __package__, falling back on __name__ and __path__
