# PEP 562: a module's __getattr__.
def __getattr__(name):
    if name == "dynamic": return "made up"
    raise AttributeError(f"no {name} here")
import sys
me = sys.modules[__name__]
print(me.dynamic)  # expect: made up
try:
    me.other
except AttributeError as e:
    print(e)  # expect: no other here
from __main__ import dynamic
print(dynamic)  # expect: made up
try:
    from __main__ import nothing
except ImportError as e:
    print(e.msg.split("(")[0])  # expect: cannot import name 'nothing' from '__main__' 
