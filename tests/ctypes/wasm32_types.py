"""Types of ctypes.wasm32: sizes, addresses, what lives where and for how long."""
# needs: modules
import gc
import sys
import ctypes.wasm32 as c
from _modules import *

print([c.sizeof(t) for t in (c.c_int, c.c_long, c.c_longlong, c.c_size_t, c.c_void_p, c.c_char_p, c.c_wchar, c.c_longdouble, c.c_bool)])  # expect: [4, 4, 8, 4, 4, 4, 4, 16, 1]
print(c.sizeof(c.POINTER(c.c_double)), c.sizeof(c.CFUNCTYPE(None)), c.alignment(c.c_longlong))  # expect: 4 4 8


class Mixed(c.Structure):
    _fields_ = [("a", c.c_byte), ("p", c.c_void_p), ("l", c.c_long), ("q", c.c_longlong)]


print(c.sizeof(Mixed), Mixed.p.offset, Mixed.l.offset, Mixed.q.offset)  # expect: 24 4 8 16


class Big(c.BigEndianStructure):
    _fields_ = [("n", c.c_long), ("s", c.c_ushort)]


print(bytes(Big(1, 2)))  # expect: b'\x00\x00\x00\x01\x00\x02\x00\x00'

lib = c.CDLL("target/ctypes/library.wasm")
print(lib._name, isinstance(lib, c.CDLL))  # expect: target/ctypes/library.wasm True

# An object moves once, and its address with it; what had the old one still finds it.
lib.same_pointer.argtypes, lib.same_pointer.restype = [c.c_void_p], c.c_void_p
n = c.c_int(5)
before = c.addressof(n)
old = c.c_int.from_address(before)
there = lib.same_pointer(c.byref(n))
print(before >= 0x80000000, there < 0x80000000, there == c.addressof(n) == lib.same_pointer(c.byref(n)))  # expect: True True True
n.value = 6
lib.sum_i32.restype = c.c_longlong
print(old.value, c.c_int.from_address(there).value, lib.sum_i32(c.byref(n), 1))  # expect: 6 6 6

# Memory is given back.
lib.length.argtypes = [c.c_char_p]


def places():
    return len({lib.same_pointer(c.byref(c.c_longlong(i))) for i in range(1000)})


print(places() < 10, lib.length(b"x" * 100_000), lib.length(b"y" * 200_000))  # expect: True 100000 200000

# Callbacks come and go without end.
Unary = c.CFUNCTYPE(c.c_int, c.c_int)
lib.apply.argtypes = [Unary, c.c_int]
print(sum(lib.apply(Unary(lambda x, i=i: x + i), 1) for i in range(2000)))  # expect: 2001000
keep = [Unary(lambda x, i=i: x * i) for i in range(50)]
print(sum(lib.apply(f, 2) for f in keep))  # expect: 2450


def hook(info):
    print(info.exc_type.__name__, info.exc_value, info.err_msg.split("<")[0])


sys.unraisablehook = hook
print(lib.apply(Unary(lambda x: 1 // 0), 1))
# expect: ZeroDivisionError division by zero Exception ignored while calling ctypes callback function 
# expect: 0

# Lists that are longer than any stack.
class Node(c.Structure):
    pass


Node._fields_ = [("value", c.c_int), ("next", c.POINTER(Node))]
first = None
for i in range(5000):
    node = Node(i, c.pointer(first) if first else None)
    first = node
lib.list_sum.argtypes = [c.POINTER(Node)]
print(lib.list_sum(first))  # expect: 12497500
ring = Node(1)
ring.next = c.pointer(ring)
print(lib.same_pointer(c.byref(ring)) == c.addressof(ring.next.contents), ring.next.contents.next.contents.value)  # expect: True 1

# A second module has another memory.
other = c.CDLL("target/ctypes/library.wasm")
other.counter = c.c_int.in_dll(other, "counter")
counter = c.c_int.in_dll(lib, "counter")
counter.value = 100
print(other.counter.value, lib.count_up(), other.count_up())  # expect: 7 101 8
print(c.addressof(other.counter) >> 32, c.addressof(other.counter) & 0xFFFFFFFF == c.addressof(counter))  # expect: 1 True
try:
    other.sum_i32(c.byref(n), 1)
except c.ArgumentError as e:
    print(e)  # expect: argument 1: ValueError: the address belongs to the memory of another module
other.sum_i32.restype = c.c_longlong
print(other.sum_i32(c.byref(c.c_int(9)), 1))  # expect: 9
p = c.pointer(counter)
try:
    other.sum_i32(p, 1)
except c.ArgumentError as e:
    print(e)  # expect: argument 1: ValueError: the address belongs to the memory of another module

# Nothing but a function.
adder = c.CDLL(file(module([("add", [I32, I32], [I32], [LOCAL_GET, 0, LOCAL_GET, 1, 0x6A])])))
print(adder.add(2, 3), adder["add"](-1, -2))  # expect: 5 -3
a = (c.c_int * 100_000)(*range(100_000))
print(lib.sum_i32(a, len(a)))  # expect: 4999950000
a[99_999] = 0
print(lib.sum_i32(a, len(a)), a[1])  # expect: 4999850001 1
c.set_errno(3)
print(c.get_errno(), c.set_errno(0))  # expect: 3 3
try:
    c.resize(a, 10**6)
except ValueError as e:
    print(e)  # expect: Memory cannot be resized once it is a WebAssembly module's
b = c.c_int(7)
c.resize(b, 100)
print(c.sizeof(b), b.value, bytes(b)[:4])  # expect: 100 7 b'\x07\x00\x00\x00'
gc.collect()
