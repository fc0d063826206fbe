m = memoryview(bytearray(range(24)))
i = m.cast("I")
print(i.tolist(), i.format, i.itemsize, i.shape, i.strides, len(i), i.nbytes)  # expect: [50462976, 117835012, 185207048, 252579084, 319951120, 387323156] I 4 (6,) (4,) 6 24
i[0] = 0xFFFFFFFF
print(m[:5].tolist(), i[0], m.cast("b")[0], m.cast("h").tolist()[:2], m.cast("c")[5], m.cast("?")[0], m[:8].cast("d").shape, m.cast("Q")[1])  # expect: [255, 255, 255, 255, 4] 4294967295 -1 [-1, -1] b'\x05' True (1,) 1084818905618843912
g = m.cast("B", [2, 3, 4])
print(g.ndim, g.shape, g.strides, g[1, 2, 3], g.tolist()[1][0], g.c_contiguous, g.f_contiguous, len(g), g.tobytes()[:3])  # expect: 3 (2, 3, 4) (12, 4, 1) 23 [12, 13, 14, 15] True False 2 b'\xff\xff\xff'
g[0, 0, 0] = 9
print(m[0], g.cast("B").shape, m.cast("B", (4, 6)).tolist()[3])  # expect: 9 (24,) [18, 19, 20, 21, 22, 23]
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: m[:5].cast("I"))  # expect: TypeError memoryview: length is not a multiple of itemsize
t(lambda: m.cast("x"))  # expect: ValueError memoryview: destination format must be a native single character format prefixed with an optional '@'
t(lambda: m.cast("I").cast("h"))  # expect: TypeError memoryview: cannot cast between two non-byte formats
t(lambda: m.cast("B", [5, 5]))  # expect: TypeError memoryview: product(shape) * itemsize != buffer size
t(lambda: m.cast("B", []))  # expect: TypeError memoryview: product(shape) * itemsize != buffer size
t(lambda: m[::2].cast("I"))  # expect: TypeError memoryview: casts are restricted to C-contiguous views
t(lambda: g[0])  # expect: NotImplementedError multi-dimensional sub-views are not implemented
t(lambda: g[0, 0])  # expect: NotImplementedError sub-views are not implemented
t(lambda: g[5, 0, 0])  # expect: IndexError index out of bounds on dimension 1
t(lambda: g[0, 0, 0, 0])  # expect: TypeError cannot index 3-dimension view with 4-element tuple
t(lambda: g[0:1].shape)  # expect: (1, 3, 4)
t(lambda: m.cast(5))  # expect: TypeError cast() argument 'format' must be str, not int
t(lambda: i.__setitem__(0, -1))  # expect: ValueError memoryview: invalid value for format 'I'
t(lambda: i.__setitem__(0, 2 ** 32))  # expect: ValueError memoryview: invalid value for format 'I'
t(lambda: i.__setitem__(0, 1.5))  # expect: TypeError memoryview: invalid type for format 'I'
f = memoryview(bytearray(8)).cast("d")
f[0] = 2.5
print(f[0], f.tobytes(), f == memoryview(bytearray(f.tobytes())).cast("d"), memoryview(b"\1\0\0\0").cast("I") == memoryview(b"\1"))  # expect: 2.5 b'\x00\x00\x00\x00\x00\x00\x04@' True True
