"""What keeps what alive, and what shares memory with what."""
# needs: libraries
import gc
import weakref
from ctypes import *


class S(Structure):
    _fields_ = [("a", c_int), ("p", c_char_p), ("v", c_int * 3)]


s = S(1, b"text", (1, 2, 3))
print(s._objects)  # expect: {'1': b'text', '2': {}}
v = s.v
print(v._b_base_ is s, v._b_needsfree_, s._b_needsfree_)  # expect: True 0 1
v[1] = 20
print(list(s.v))  # expect: [1, 20, 3]
w = weakref.ref(s)
del s
gc.collect()
print(w() is not None, list(v))  # expect: True [1, 20, 3]
del v
gc.collect()
print(w())  # expect: None

n = c_int(5)
p = pointer(n)
p.contents.value = 6
p[0] += 1
print(n.value, p.contents is n, p._objects)  # expect: 7 False {'1': c_int(7)}

b = bytearray(8)
x = c_int.from_buffer(b, 4)
x.value = 0x01020304
print(b.hex())  # expect: 0000000004030201
try:
    b.append(1)
except BufferError as e:
    print(type(e).__name__)  # expect: BufferError
del x
gc.collect()
b.append(1)
print(len(b))  # expect: 9
y = c_int.from_buffer_copy(b"\1\0\0\0")
z = c_int.from_address(addressof(y))
z.value = 9
print(y.value)  # expect: 9

a = (c_short * 4)(1, 2, 3, 4)
m = memoryview(a)
print(m.format, m.shape, m.itemsize, m.nbytes, m.readonly)  # expect: <h (4,) 2 8 False
m.cast("B")[0] = 200
print(a[0])  # expect: 200
print(string_at(a, 4), wstring_at("wide", 2))  # expect: b'\xc8\x00\x02\x00' wi
t = create_string_buffer(10)
memmove(t, b"abc", 3)
memset(addressof(t) + 3, ord("x"), 2)
print(t.value)  # expect: b'abcxx'
q = cast(a, POINTER(c_ubyte))
print(q[:4])  # expect: [200, 0, 2, 0]
resize(y, 64)
print(sizeof(y), y.value)  # expect: 64 9


class Cycle(Structure):
    pass


Cycle._fields_ = [("me", POINTER(Cycle))]
c = Cycle()
c.me = pointer(c)
w = weakref.ref(c)
del c
gc.collect()
print(w())  # expect: None
