# Indices, bounds and widths that do not fit 32 bits mean what they mean on every machine.
n = 2 ** 32
items = [1, 2, 3]


def fails(kind, f):
    try:
        print("no error", f())
    except kind as e:
        print(type(e).__name__, e)


fails(IndexError, lambda: items[n])  # expect: IndexError list index out of range
fails(IndexError, lambda: items[-n])  # expect: IndexError list index out of range
fails(IndexError, lambda: (1, 2)[n + 1])  # expect: IndexError tuple index out of range
fails(IndexError, lambda: "abc"[n])  # expect: IndexError string index out of range
fails(IndexError, lambda: b"abc"[n])  # expect: IndexError index out of range
fails(IndexError, lambda: range(5)[n])  # expect: IndexError range object index out of range
fails(IndexError, lambda: items.pop(n))  # expect: IndexError pop index out of range


def store():
    items[n] = 0


fails(IndexError, store)  # expect: IndexError list assignment index out of range
print(items[:n], items[n:], items[-n:], items[1:n:n])  # expect: [1, 2, 3] [] [1, 2, 3] [2]
print("abc"[:n], b"abc"[-n : 2 * n + 1], (1, 2)[n - 1 :])  # expect: abc b'abc' ()
print(slice(0, n).indices(n + 5), slice(None, None, -1).indices(2**70))  # expect: (0, 4294967296, 1) (1180591620717411303423, -1, -1)
print("a,b,c".split(",", n), "aaa".replace("a", "b", n), "aba".find("a", 1, n))  # expect: ['a', 'b', 'c'] bbb 2
items.insert(n, 4)
items.insert(-n, 0)
print(items, items.index(3, 0, n))  # expect: [0, 1, 2, 3, 4] 3
print(range(n)[n - 1], n in range(0, 2 * n, 2))  # expect: 4294967295 True
print(1 << 40 >> 38, hash(n), int.from_bytes(b"\1\0\0\0\0", "big"))  # expect: 4 4294967296 4294967296
print(list(zip(range(n, n + 2), items)))  # expect: [(4294967296, 0), (4294967297, 1)]

import re

print(re.compile("b").search("abc", 0, n).span(), re.compile("b").search("abc", n))  # expect: (1, 2) None
print(re.sub("a", "b", "aaa", count=n), re.split(",", "a,b", maxsplit=n))  # expect: bbb ['a', 'b']

import itertools

print(list(itertools.islice(range(3), n)), list(itertools.islice(itertools.count(n), 2)))  # expect: [0, 1, 2] [4294967296, 4294967297]
