b = bytearray(b"abcd")
m = memoryview(b)
n = memoryview(m)
m.release()
print(n[0], bytes(n))  # expect: 97 b'abcd'
try:
    b.append(1)
except BufferError as e:
    print(e)  # expect: Existing exports of data: object cannot be re-sized
n.release()
n.release()
b.append(1)
print(b)  # expect: bytearray(b'abcd\x01')
for f in (lambda: n[0], lambda: n.tolist(), lambda: n.shape, lambda: memoryview(n), lambda: bytes(n), lambda: n == b, lambda: n.__enter__()):
    try:
        print(f())
    except ValueError as e:
        print(e)
# expect: operation forbidden on released memoryview object
# expect: operation forbidden on released memoryview object
# expect: operation forbidden on released memoryview object
# expect: operation forbidden on released memoryview object
# expect: operation forbidden on released memoryview object
# expect: False
# expect: operation forbidden on released memoryview object
