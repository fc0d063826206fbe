print(list(), list("abc"), list(range(3)), list({1: 2}), list((1, 2)), list(x * 2 for x in [1, 2]), list(map(str, [1])))  # expect: [] ['a', 'b', 'c'] [0, 1, 2] [1] [1, 2] [2, 4] ['1']
l = [1, 2, 3]
it = iter(l)
print(next(it), it.__length_hint__(), list(it), list(it), type(it).__name__)  # expect: 1 2 [2, 3] [] list_iterator
r = reversed(l)
print(next(r), r.__length_hint__(), list(r), type(r).__name__)  # expect: 3 2 [2, 1] list_reverseiterator
l.__init__([9])
print(l, l.__len__(), l.__contains__(9), l.__getitem__(0), l.__iadd__([1]), l.__add__([2]), l.__mul__(2), l.__rmul__(2), l.__eq__(5), l.__lt__([1]), l.__class_getitem__(int))  # expect: [9, 1] 1 True 9 [9, 1] [9, 1, 2] [9, 1, 9, 1] [9, 1, 9, 1] NotImplemented False list[int]
for x in l:
    if len(l) < 5: l.append(x)
print(l)  # expect: [9, 1, 9, 1, 9]
it = iter([1, 2])
list(it)
it.__setstate__(0)
print(list(it))  # expect: []
print([[]] * 3, [[] for _ in range(2)])  # expect: [[], [], []] [[], []]
a = [[0] * 2] * 2
a[0][0] = 1
print(a)  # expect: [[1, 0], [1, 0]]
