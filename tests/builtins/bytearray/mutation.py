b = bytearray(b"hello")
b[0] = 72
b.append(33)
b.extend(b" x")
b.extend([1, 2])
b.insert(0, 60)
print(b, len(b), b.pop(), b.pop(0), b)  # expect: bytearray(b'Hello! x\x01') 11 2 60 bytearray(b'Hello! x\x01')
b[1:3] = b"EEEE"
print(b)  # expect: bytearray(b'HEEEElo! x\x01')
del b[0]
del b[::2]
print(b)  # expect: bytearray(b'EEo \x01')
b.remove(101) if 101 in b else None
b.reverse()
print(b, b.copy() == b, b.copy() is b)  # expect: bytearray(b'\x01 oEE') True False
b += b"zz"
b *= 2
print(b)  # expect: bytearray(b'\x01 oEEzz\x01 oEEzz')
b.clear()
print(b, bool(b), bytearray(3), bytearray("é", "utf-8"), bytearray([1, 2]), bytearray())  # expect: bytearray(b'') False bytearray(b'\x00\x00\x00') bytearray(b'\xc3\xa9') bytearray(b'\x01\x02') bytearray(b'')
c = bytearray(b"abcdef")
c[::2] = b"XYZ"
print(c)  # expect: bytearray(b'XbYdZf')
c[2:2] = [49, 50]
print(c, c[1:4], type(c[1:4]).__name__, c + b"x", b"x" + c, type(b"x" + c).__name__, c == bytes(c), c < b"zzz")  # expect: bytearray(b'Xb12YdZf') bytearray(b'b12') bytearray bytearray(b'Xb12YdZfx') b'xXb12YdZf' bytes True True
c.resize(3)
print(c)  # expect: bytearray(b'Xb1')
c.resize(5)
print(c)  # expect: bytearray(b'Xb1\x00\x00')
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: c.__setitem__(0, 256))  # expect: ValueError byte must be in range(0, 256)
t(lambda: c.__setitem__(0, "a"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: c.__setitem__(0, b"a"))  # expect: TypeError 'bytes' object cannot be interpreted as an integer
t(lambda: c.__setitem__(10, 1))  # expect: IndexError bytearray index out of range
t(lambda: c.append(256))  # expect: ValueError byte must be in range(0, 256)
t(lambda: c.append("a"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: c.remove(200))  # expect: ValueError value not found in bytearray
t(lambda: bytearray().pop())  # expect: IndexError pop from empty bytearray
t(lambda: c.pop(100))  # expect: IndexError pop index out of range
t(lambda: c.__setitem__(slice(0, 4, 2), b"abc"))  # expect: ValueError attempt to assign bytes of size 3 to extended slice of size 2
t(lambda: c.__setitem__(slice(0, 1), "a"))  # expect: TypeError can assign only bytes, buffers, or iterables of ints in range(0, 256)
t(lambda: c.__setitem__(slice(0, 1), 5))  # expect: TypeError can assign only bytes, buffers, or iterables of ints in range(0, 256)
t(lambda: c.extend("a"))  # expect: TypeError expected iterable of integers; got: 'str'
t(lambda: c.extend(5))  # expect: TypeError can't extend bytearray with int
t(lambda: c.extend([1, 256]))  # expect: ValueError byte must be in range(0, 256)
t(lambda: hash(c))  # expect: TypeError unhashable type: 'bytearray'
t(lambda: c.__delitem__(100))  # expect: IndexError bytearray index out of range
t(lambda: c.resize(-1))  # expect: ValueError Can only resize to positive sizes, got -1
t(lambda: c.insert(0, 300))  # expect: ValueError byte must be in range(0, 256)
