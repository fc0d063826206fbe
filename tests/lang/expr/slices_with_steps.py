# Slices whose step and bounds are known only when they are taken.
def take(sequence, start, stop, step):
    try:
        return sequence[start:stop:step]
    except Exception as e:
        return type(e).__name__ + ": " + str(e)

numbers = list(range(7))
print(take(numbers, 4, None, -1))  # expect: [4, 3, 2, 1, 0]
print(take(numbers, None, None, -1))  # expect: [6, 5, 4, 3, 2, 1, 0]
print(take(numbers, None, None, None))  # expect: [0, 1, 2, 3, 4, 5, 6]
print(take(numbers, 100, -100, -3))  # expect: [6, 3, 0]
print(take(numbers, -2, 1, -2))  # expect: [5, 3]
print(take(numbers, 1, 6, 2))  # expect: [1, 3, 5]
print(take(numbers, 3, 3, 1), take(numbers, 3, 4, -1))  # expect: [] []
print(take(numbers, 0, 10**30, 10**30))  # expect: [0]
print(take(numbers, 2**62, None, -2**62))  # expect: [6]
print(take(numbers, 0, 5, 0))  # expect: ValueError: slice step cannot be zero
print(take(numbers, "a", 5, 1))
# expect: TypeError: slice indices must be integers or None or have an __index__ method
print(take("abcdef", 4, 0, -2), take("abcdef", None, None, -1))  # expect: ec fedcba
print(take("h\u00e9llo", 1, None, 2), ascii(take("\u1234bcd", None, None, -1)))  # expect: él 'dcb\u1234'
print(take((1, 2, 3, 4), 3, 0, -2), take(b"bytes", None, None, -2))  # expect: (4, 2) b'stb'
print(take(range(9), 8, None, -4), take({}, 0, 1, 2))  # expect: range(8, -1, -4) KeyError: slice(0, 1, 2)
print(take(5, 0, 1, 2))  # expect: TypeError: 'int' object is not subscriptable

class Index:
    def __init__(self, n):
        self.n = n
    def __index__(self):
        print("index", self.n)
        return self.n

print(take(numbers, Index(5), Index(1), Index(-2)))
# expect: index -2
# expect: index 5
# expect: index 1
# expect: [5, 3]

class Slices(list):
    def __getitem__(self, key):
        return key

print(take(Slices(), 1, 2, 3))  # expect: slice(1, 2, 3)

# A list takes what was picked from itself.
for k in range(4):
    numbers[:k + 1] = numbers[k::-1]
print(numbers)  # expect: [3, 1, 0, 2, 4, 5, 6]

class Loud:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        print("gone", self.n, len(loud))

loud = [Loud(n) for n in range(4)]
k = 1
loud[:k + 1] = [Loud(7), Loud(8)]
# expect: gone 1 4
# expect: gone 0 4
loud[:k + 1] = loud[k::-1]
print([one.n for one in loud])  # expect: [8, 7, 2, 3]
del loud[:]
# expect: gone 3 0
# expect: gone 2 0
# expect: gone 7 0
# expect: gone 8 0
