import struct, array, binascii, base64
print(struct.pack("<IhB3s?d", 1, -2, 3, b"ab", True, 1.5), struct.unpack(">HI", b"\0\1\0\0\0\2"), struct.calcsize("<IhB3s?d"), list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.pack("<e", 1.5), struct.pack("=q", -1), struct.Struct("<HH").unpack_from(b"xx\1\0\2\0", 2), struct.pack("5p", b"abc"), struct.pack("<2x3B", 1, 2, 3))  # expect: b'\x01\x00\x00\x00\xfe\xff\x03ab\x00\x01\x00\x00\x00\x00\x00\x00\xf8?' (1, 2) 19 [(1,), (2,)] b'\x00>' b'\xff\xff\xff\xff\xff\xff\xff\xff' (1, 2) b'\x03abc\x00' b'\x00\x00\x01\x02\x03'
a = array.array("i", [1, 2, 3])
a.append(4); a.extend([5]); a.insert(0, 0)
print(a, a[1:3], a.tolist(), a.typecode, a.itemsize, len(a), a.index(3), a.count(1), array.array("d", [1.5]), array.array("B", b"ab").tobytes(), a == array.array("i", [0, 1, 2, 3, 4, 5]), a.pop(), a + a[:1], memoryview(a)[2])  # expect: array('i', [0, 1, 2, 3, 4]) array('i', [1, 2]) [0, 1, 2, 3, 4, 5] i 4 6 3 1 array('d', [1.5]) b'ab' True 5 array('i', [0, 1, 2, 3, 4, 0]) 2
print(binascii.hexlify(b"ab"), binascii.unhexlify("6162"), binascii.crc32(b"hello"), binascii.b2a_base64(b"hi"), base64.b64encode(b"hello"), base64.b64decode("aGVsbG8="), base64.b32encode(b"a"), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b85encode(b"abc"))  # expect: b'6162' b'ab' 907060870 b'aGk=\n' b'aGVsbG8=' b'hello' b'ME======' b'__4=' b'VPaz'
for f in (lambda: struct.pack("B", 256), lambda: struct.unpack("I", b"a"), lambda: struct.pack("z", 1), lambda: struct.pack("I", "a"), lambda: array.array("i", ["a"]), lambda: array.array("z"), lambda: array.array("b", [200]), lambda: binascii.unhexlify("abc"), lambda: base64.b64decode("a")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
# expect: error 'B' format requires 0 <= number <= 255
# expect: error unpack requires a buffer of 4 bytes
# expect: error bad char in struct format
# expect: error required argument is not an integer
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: ValueError bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)
# expect: OverflowError signed char is greater than maximum
# expect: Error Odd-length string
# expect: Error Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
