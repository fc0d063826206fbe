import sys
import sys as system, builtins
from sys import version_info as v, maxsize
print(sys is system, builtins.len is len, v[0], maxsize > 0)  # expect: True True 3 True
def f():
    from builtins import (abs, min as smallest,)
    return abs(-1), smallest(2, 1)
print(f())  # expect: (1, 1)
from builtins import *
try:
    from sys import nonesuch
except ImportError as e:
    print(e, "|", e.name, "|", e.name_from)  # expect: cannot import name 'nonesuch' from 'sys' (unknown location) | sys | nonesuch
try:
    import no_such_module_at_all
except ModuleNotFoundError as e:
    print(e, "|", e.name)  # expect: No module named 'no_such_module_at_all' | no_such_module_at_all
try:
    import sys.nothing
except ModuleNotFoundError as e:
    print(e)  # expect: No module named 'sys.nothing'; 'sys' is not a package
