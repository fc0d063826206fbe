# `import` calls builtins.__import__ as it is at that moment.
import builtins
real = builtins.__import__
def fake(name, globals=None, locals=None, fromlist=(), level=0):
    print(name, fromlist, level)
    return real("sys")
builtins.__import__ = fake
import something.dotted  # expect: something.dotted None 0
from other import maxsize as m  # expect: other ('maxsize',) 0
from other import path as p  # expect: other ('path',) 0
builtins.__import__ = real
print(something is real("sys"), m > 0)  # expect: True True
