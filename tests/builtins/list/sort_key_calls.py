calls = []
def key(x):
    calls.append(x)
    return -x
print(sorted([3, 1, 2], key=key), calls)  # expect: [3, 2, 1] [3, 1, 2]
l = [3, 1, 2]
try:
    l.sort(key=lambda x: x / (x - 1))
except ZeroDivisionError:
    print(l)  # expect: [3, 1, 2]
l = [1, 2, "a", 3]
try:
    l.sort()
except TypeError:
    print(sorted(l, key=str))  # expect: [1, 2, 3, 'a']
