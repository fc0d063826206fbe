"""Items of str, bytes and bytearray, by index and in loops; stores into a bytearray."""
text, data, array = "aé€😀", b"\x00\x7f\xff", bytearray(b"xyz")
print([text[i] for i in range(-4, 4)] == list(text) * 2, text[True])  # expect: True é
print([data[i] for i in (0, 2, -1)], [array[i] for i in (0, -3)])  # expect: [0, 255, 255] [120, 120]
for sequence in (text, data, array):
    for index in (4, -5, 2**70):
        try:
            sequence[index]
        except IndexError as error:
            print(error)
# expect: string index out of range
# expect: string index out of range
# expect: cannot fit 'int' into an index-sized integer
# expect: index out of range
# expect: index out of range
# expect: cannot fit 'int' into an index-sized integer
# expect: bytearray index out of range
# expect: bytearray index out of range
# expect: cannot fit 'int' into an index-sized integer

for i in range(len(array)):
    array[i] = 65 + i
array[-1] = 0
array[0] = True
print(array)  # expect: bytearray(b'\x01B\x00')
for index, value in [(0, 256), (0, -1), (0, "a"), (3, 1), (-4, 1), (0, 1.0), (0, 2**80)]:
    try:
        array[index] = value
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
# expect: ValueError byte must be in range(0, 256)
# expect: ValueError byte must be in range(0, 256)
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: IndexError bytearray index out of range
# expect: IndexError bytearray index out of range
# expect: TypeError 'float' object cannot be interpreted as an integer
# expect: ValueError byte must be in range(0, 256)

# A bytearray may grow under its iterator.
grown = bytearray(b"ab")
seen = []
for byte in grown:
    seen.append(byte)
    if len(grown) < 4:
        grown.append(byte + 2)
print(seen, sum(grown))  # expect: [97, 98, 99, 100] 394
walker = iter(grown)
del grown[:]
print(list(walker), list(walker))  # expect: [] []
