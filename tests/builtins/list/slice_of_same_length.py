# Slices that are replaced by as many items, or by others, and what sees the list meanwhile.
class Item:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        print("gone", self.n, len(items), items[0])

items = [0, Item(1), Item(2), 3]
items[1:3] = [10, 20]
# expect: gone 2 4 0
# expect: gone 1 4 0
print(items)  # expect: [0, 10, 20, 3]
items[1:3] = (11, 21)
items[:] = items[::-1]
print(items)  # expect: [3, 21, 11, 0]
items[0:4] = items
items[:2] = items[2:]
print(items)  # expect: [11, 0, 11, 0]
items[1:1] = [7, 8]
items[-1:] = "ab"
del items[0:2]
print(items)  # expect: [8, 0, 11, 'a', 'b']
items[10:] = [1]
items[3:2] = [5]
print(items)  # expect: [8, 0, 11, 5, 'a', 'b', 1]

class Index:
    def __index__(self):
        del items[4:]
        return 2
print(items[Index():], items[:Index()], items[False:True])  # expect: [11, 5] [8, 0] [8]
items[Index():3] = [9]
print(items)  # expect: [8, 0, 9, 5]

class Keys:
    def __getitem__(self, key):
        return key
    __setitem__ = lambda self, key, value: print(key, value)
    __delitem__ = lambda self, key: print(key)
k = Keys()
print(k[1:2], k[::2], k[:], k[::-1, 3], k["a":None:1.5])  # expect: slice(1, 2, None) slice(None, None, 2) slice(None, None, None) (slice(None, None, -1), 3) slice('a', None, 1.5)
k[1:] = 5  # expect: slice(1, None, None) 5
k[::3] = 5  # expect: slice(None, None, 3) 5
del k[:4:2]  # expect: slice(None, 4, 2)
for container in ([1, 2], (1, 2), "ab", b"ab", bytearray(b"ab"), range(2)):
    print(container[5:], container[-9:1], container[::-1], end=" ")
print()  # expect: [] [1] [2, 1] () (1,) (2, 1)  a ba b'' b'a' b'ba' bytearray(b'') bytearray(b'a') bytearray(b'ba') range(2, 2) range(0, 1) range(1, -1, -1) 
for bad in (lambda: [1]["a":], lambda: (1,)[1.5:], lambda: "ab"[::0], lambda: [1][::0]):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(e)
# expect: slice indices must be integers or None or have an __index__ method
# expect: slice indices must be integers or None or have an __index__ method
# expect: slice step cannot be zero
# expect: slice step cannot be zero
