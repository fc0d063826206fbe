b = bytearray(b"abc")
m = memoryview(b)
def t(f):
    try:
        f()
        print("ok")
    except BufferError as e:
        print(e)
t(lambda: b.append(1))  # expect: Existing exports of data: object cannot be re-sized
t(lambda: b.extend(b"x"))  # expect: Existing exports of data: object cannot be re-sized
t(lambda: b.clear())  # expect: Existing exports of data: object cannot be re-sized
t(lambda: b.pop())  # expect: Existing exports of data: object cannot be re-sized
t(lambda: b.__setitem__(slice(0, 1), b"xx"))  # expect: Existing exports of data: object cannot be re-sized
t(lambda: b.__setitem__(slice(0, 1), b"z"))  # expect: ok
t(lambda: b.__setitem__(0, 1))  # expect: ok
t(lambda: b.__delitem__(0))  # expect: Existing exports of data: object cannot be re-sized
print(m.tobytes())  # expect: b'\x01bc'
m.release()
t(lambda: b.append(1))  # expect: ok
print(b)  # expect: bytearray(b'\x01bc\x01')

# A separator cannot change while what it joins is made.
sep = bytearray(b", ")
def parts():
    yield b"a"
    sep.clear()
    yield b"b"
t(lambda: sep.join(parts()))  # expect: Existing exports of data: object cannot be re-sized
print(sep.join(iter([b"x", bytearray(b"y")])))  # expect: bytearray(b'x, y')
