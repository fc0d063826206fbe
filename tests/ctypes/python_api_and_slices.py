"""What there is of the C interface; pointer slices of impossible size."""
# needs: libraries
from ctypes import *

f = pythonapi.PyBytes_FromStringAndSize
f.restype, f.argtypes = py_object, [c_char_p, c_ssize_t]
print(f(b"abcdefghi", 3))  # expect: b'abc'
b = create_string_buffer(32)
print(pythonapi.PyOS_snprintf(b, c_size_t(32), b"%s %d", b"text", 7), b.value)  # expect: 6 b'text 7'
p = POINTER(c_int)(c_int(3))
try:
    p[: 2**62]
except MemoryError as e:
    print(type(e).__name__)  # expect: MemoryError
print(p[0:1], p[5:1], p[0:-1:-5])  # expect: [3] [] [3]
try:
    p[:]
except ValueError as e:
    print(e)  # expect: slice stop is required
