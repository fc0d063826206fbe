# PEP 688: classes that offer a buffer.
class B:
    def __init__(self): self.data = bytearray(b"xyz")
    def __buffer__(self, flags):
        print("buffer", flags & 1)
        return memoryview(self.data)
    def __release_buffer__(self, view):
        print("release", view.tobytes())
b = B()
m = memoryview(b)  # expect: buffer 0
print(m.tobytes())  # expect: b'xyz'
m[0] = 65
m.release()  # expect: release b'Ayz'
print(b.data)  # expect: bytearray(b'Ayz')
class Bad:
    def __buffer__(self, flags): return 5
try:
    memoryview(Bad())
except TypeError as e:
    print(e)  # expect: __buffer__ returned non-memoryview object
class Raises:
    def __buffer__(self, flags): raise ValueError("no buffer")
try:
    bytes(Raises())
except ValueError as e:
    print(e)  # expect: no buffer
print(b"abc".__buffer__(0).tobytes())  # expect: b'abc'
