"""Python's copy of errno; exceptions in callbacks go to sys.unraisablehook; objects pass through."""
# needs: libraries
import sys
from ctypes import *
from _native import LIBRARY

lib = CDLL(LIBRARY, use_errno=True)
set_errno(5)
print(lib.set_errno_to(7), get_errno())  # expect: 5 7
print(set_errno(0), get_errno())  # expect: 7 0
plain = CDLL(LIBRARY)
plain.set_errno_to(99)
print(get_errno())  # expect: 0

Unary = CFUNCTYPE(c_int, c_int)
lib.apply.argtypes, lib.apply.restype = [Unary, c_int], c_int


def hook(info):
    print(info.exc_type.__name__, info.exc_value, info.err_msg.split("<")[0], info.object)


sys.unraisablehook = hook


@Unary
def fails(x):
    raise KeyError(x)


lib.apply(fails, 3)
# expect: KeyError 3 Exception ignored while calling ctypes callback function  None


@Unary
def wrong(x):
    return "text"


lib.apply(wrong, 3)
# expect: TypeError 'str' object cannot be interpreted as an integer Exception ignored while converting result of ctypes callback function  None

same = lib.same_pointer
same.argtypes, same.restype = [py_object], py_object


class Thing:
    pass


thing = Thing()
before = sys.getrefcount(thing)
box = py_object(thing)
print(box.value is thing, py_object(None).value, py_object(3.5).value)  # expect: True None 3.5
try:
    py_object().value
except ValueError as e:
    print(e)  # expect: PyObject is NULL
del box
print(sys.getrefcount(thing) == before)  # expect: True
