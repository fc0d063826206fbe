"""Structures as arguments and results, variable arguments, long double, complex numbers, wide strings."""
# needs: libraries
from ctypes import *
from _native import LIBRARY

lib = CDLL(LIBRARY)


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


class Line(Structure):
    _fields_ = [("start", Point), ("to", Point)]


class Big(Structure):
    _fields_ = [("a", c_double), ("b", c_double), ("c", c_double), ("n", c_int)]


class Pair(Structure):
    _fields_ = [("re", c_float), ("im", c_float)]


class Padded(Structure):
    _fields_ = [("small", c_byte), ("large", c_longlong), ("medium", c_short)]


lib.point_make.restype = Point
p = lib.point_make(3, 4)
print(type(p).__name__, p.x, p.y)  # expect: Point 3 4
lib.point_swap.restype = Point
lib.point_swap.argtypes = [Point]
q = lib.point_swap(p)
print(q.x, q.y, p.x)  # expect: 4 3 3
lib.line_flip.restype = Line
lib.line_flip.argtypes = [Line]
l = lib.line_flip(Line(Point(1, 2), Point(3, 4)))
print(l.start.x, l.start.y, l.to.x, l.to.y)  # expect: 3 4 1 2
lib.big_scale.restype = Big
lib.big_scale.argtypes = [Big, c_double]
b = lib.big_scale(Big(1, 2, 3, 4), 2.5)
print(b.a, b.b, b.c, b.n)  # expect: 2.5 5.0 7.5 5
lib.pair_times.restype = Pair
lib.pair_times.argtypes = [Pair, Pair]
r = lib.pair_times(Pair(1, 2), Pair(3, 4))
print(r.re, r.im)  # expect: -5.0 10.0
lib.padded_next.restype = Padded
lib.padded_next.argtypes = [c_int] * 5 + [Padded]
n = lib.padded_next(1, 2, 3, 4, 5, Padded(10, 2**40, 30))
print(n.small, n.large - 2**40, n.medium)  # expect: 13 7 35
try:
    lib.point_swap(Line())
except ArgumentError as e:
    print(e)  # expect: argument 1: TypeError: expected Point instance instead of Line

lib.sum_variadic.restype = c_longlong
print(lib.sum_variadic(4, 1, 2, 3, 4))  # expect: 10
lib.mean_variadic.restype = c_double
lib.mean_variadic.argtypes = [c_int]
print(lib.mean_variadic(2, c_double(1.0), c_double(2.0)))  # expect: 1.5
lib.long_half.restype = lib.long_half.argtypes = None
lib.long_half.argtypes, lib.long_half.restype = [c_longdouble], c_longdouble
print(lib.long_half(5.0))  # expect: 2.5
lib.turn.argtypes, lib.turn.restype = [c_double_complex], c_double_complex
print(lib.turn(1 + 2j))  # expect: (-2+1j)
lib.wide_length.argtypes, lib.wide_length.restype = [c_wchar_p], c_size_t
print(lib.wide_length("häß\U0001F40D"))  # expect: 4
