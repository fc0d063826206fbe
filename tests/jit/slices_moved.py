# Slices of lists that are assigned to slices of lists, with no list in between.
def reversing(m):
    items = list(range(8))
    for n in range(m):
        k = n % 8
        items[:k + 1] = items[k::-1]
    return items

print(reversing(5000), reversing(5001))
# expect: [7, 5, 3, 1, 0, 2, 4, 6] [7, 5, 3, 1, 0, 2, 4, 6]

def copying(m):
    source, target = list(range(20)), [0] * 10
    for n in range(m):
        k = n % 5
        target[k:k + 5] = source[k + 10:k:-2]
        target[1:4] = source[k:k + 3]
    return target

print(copying(4000))
# expect: [10, 4, 5, 6, 14, 12, 10, 8, 6, 0]

# Lengths that differ, bounds that are out of range or negative, lists that grow.
def odd(m):
    a, b = list(range(10)), list(range(10))
    for n in range(m):
        k = n % 12 - 3
        a[:k + 1] = b[k::-1]
        if len(a) > 30:
            a = a[:10]
    return a, b

print(odd(3000))
# expect: ([8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])

def same(m):
    a = list(range(6))
    for n in range(m):
        k = n % 4
        a[k:k + 2] = a[k:k + 2]
        a[1:4] = a[0:3]
        a[0:3] = a[3:0:-1]
    return a

print(same(999))
# expect: [2, 1, 0, 2, 4, 5]

# What is overwritten dies there, from the last item to the first.
class Loud:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        log.append(self.n)

log = []
def dying(m):
    source, target = [None] * 4, [None] * 4
    for n in range(m):
        if n > m - 3:
            target[0], target[2] = Loud(n), Loud(-n)
        k = n % 2
        target[k:k + 3] = source[2::-1]
        log.append(k)
    return target

print([type(x).__name__ for x in dying(1000)], log[-8:])
# expect: ['Loud', 'NoneType', 'NoneType', 'NoneType'] [0, 1, -998, 998, 0, -999, 1, 999]

# Other containers on the way.
class Own(list):
    def __setitem__(self, key, value):
        log.append(key)
        super().__setitem__(key, value)

def others(m):
    results = []
    for n in range(m):
        source = [1, 2, 3, 4] if n < m - 4 else [(1, 2, 3, 4), b"abcd", "abcd", Own([5, 6, 7, 8])][n % 4]
        target = [0] * 4 if n < m - 2 else Own([0] * 4)
        k = n % 3
        target[:k + 1] = source[k::-1]
        results.append(target)
    return results[-6:]

log.clear()
print(others(2000), log)
# expect: [[3, 2, 1, 0], [1, 0, 0, 0], [2, 1, 0, 0], [99, 98, 97, 0], ['a', 0, 0, 0], [6, 5, 0, 0]] [slice(None, 1, None), slice(None, 2, None)]

def raises(m):
    a = [1, 2, 3]
    for n in range(m):
        k = n % 3 if n < m - 1 else None
        try:
            a[:k + 1] = a[k::-1]
        except TypeError as e:
            return str(e), a

print(raises(3001))
# expect: ("unsupported operand type(s) for +: 'NoneType' and 'int'", [3, 1, 2])
