b = bytearray(b"abcdef")
m = memoryview(b)
print(m[0], m[-1], bytes(m[1:3]), len(m), m.nbytes, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.readonly, m.contiguous, m.c_contiguous, m.f_contiguous, m.suboffsets)  # expect: 97 102 b'bc' 6 6 1 B 1 (6,) (1,) False True True True ()
m[0] = 65
m[1:3] = b"XY"
print(b, m.tolist(), m.tobytes(), m.hex(), m == b, m == b"zzz", m[::2].tolist(), m[::-1].tobytes(), m[::2].contiguous, m[1:][1:].tobytes(), 65 in m, m.count(65), m.index(100))  # expect: bytearray(b'AXYdef') [65, 88, 89, 100, 101, 102] b'AXYdef' 415859646566 True False [65, 89, 101] b'fedYXA' False b'Ydef' True 1 3
print(memoryview(b"abc").readonly, hash(memoryview(b"abc")) == hash(b"abc"), memoryview(b"a") == memoryview(b"a"), list(m), list(reversed(m)), m.obj is b, bytes(m.toreadonly()), m.toreadonly().readonly)  # expect: True True True [65, 88, 89, 100, 101, 102] [102, 101, 100, 89, 88, 65] True b'AXYdef' True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: memoryview(b"abc").__setitem__(0, 1))  # expect: TypeError cannot modify read-only memory
t(lambda: m.__setitem__(0, 256))  # expect: ValueError memoryview: invalid value for format 'B'
t(lambda: m.__setitem__(0, "a"))  # expect: TypeError memoryview: invalid type for format 'B'
t(lambda: m.__setitem__(slice(0, 2), b"abc"))  # expect: ValueError memoryview assignment: lvalue and rvalue have different structures
t(lambda: m.__delitem__(0))  # expect: TypeError cannot delete memory
t(lambda: m[10])  # expect: IndexError index out of bounds on dimension 1
t(lambda: m["a"])  # expect: TypeError memoryview: invalid slice key
t(lambda: memoryview("a"))  # expect: TypeError memoryview: a bytes-like object is required, not 'str'
t(lambda: memoryview(5))  # expect: TypeError memoryview: a bytes-like object is required, not 'int'
t(lambda: memoryview())  # expect: TypeError memoryview() missing required argument 'object' (pos 1)
t(lambda: hash(m))  # expect: ValueError cannot hash writable memoryview object
t(lambda: m < m)  # expect: TypeError '<' not supported between instances of 'memoryview' and 'memoryview'
t(lambda: m + m)  # expect: TypeError unsupported operand type(s) for +: 'memoryview' and 'memoryview'
t(lambda: m[0, 0])  # expect: TypeError cannot index 1-dimension view with 2-element tuple
with memoryview(b) as w:
    print(w[0])  # expect: 65
t(lambda: w[0])  # expect: ValueError operation forbidden on released memoryview object
t(lambda: len(w))  # expect: ValueError operation forbidden on released memoryview object
print(repr(w).startswith("<released memory at 0x"), repr(m).startswith("<memory at 0x"))  # expect: True True
