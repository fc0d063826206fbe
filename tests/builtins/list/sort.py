l = [3, 1, 2]
print(l.sort(), l)  # expect: None [1, 2, 3]
l.sort(reverse=True); print(l)  # expect: [3, 2, 1]
w = ["banana", "Apple", "cherry", "apple"]
w.sort(); print(w)  # expect: ['Apple', 'apple', 'banana', 'cherry']
w.sort(key=str.lower); print(w)  # expect: ['Apple', 'apple', 'banana', 'cherry']
w.sort(key=len, reverse=True); print(w)  # expect: ['banana', 'cherry', 'Apple', 'apple']
print(sorted([(1, "b"), (0, "a"), (1, "a")]), sorted("hello"), sorted({3, 1, 2}), sorted({"b": 1, "a": 2}), sorted([True, 0, 2.5, -1]), sorted([], key=None), sorted([1, 2], reverse=1), sorted([[2], [1, 5], []]))  # expect: [(0, 'a'), (1, 'a'), (1, 'b')] ['e', 'h', 'l', 'l', 'o'] [1, 2, 3] ['a', 'b'] [-1, 0, True, 2.5] [] [2, 1] [[], [1, 5], [2]]
# stable, also in reverse
p = [(i % 3, i) for i in range(10)]
print(sorted(p, key=lambda x: x[0]), sorted(p, key=lambda x: x[0], reverse=True))  # expect: [(0, 0), (0, 3), (0, 6), (0, 9), (1, 1), (1, 4), (1, 7), (2, 2), (2, 5), (2, 8)] [(2, 2), (2, 5), (2, 8), (1, 1), (1, 4), (1, 7), (0, 0), (0, 3), (0, 6), (0, 9)]
big = [(i * 7919) % 1000 for i in range(1000)]
print(sorted(big) == list(range(1000)), sorted(big, reverse=True)[:3], sorted(range(100), key=lambda x: -x)[:3])  # expect: True [999, 998, 997] [99, 98, 97]
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: [1, "a"].sort())  # expect: TypeError '<' not supported between instances of 'str' and 'int'
t(lambda: [1, 2].sort(key=5))  # expect: TypeError 'int' object is not callable
t(lambda: [1].sort(lambda x: x))  # expect: TypeError sort() takes no positional arguments
t(lambda: [1].sort(cmp=1))  # expect: TypeError sort() got an unexpected keyword argument 'cmp'
t(lambda: [None, None].sort())  # expect: TypeError '<' not supported between instances of 'NoneType' and 'NoneType'
t(lambda: [1, 2].sort(reverse="x"))  # expect: None
t(lambda: [1j, 2j].sort())  # expect: TypeError '<' not supported between instances of 'complex' and 'complex'
t(lambda: sorted(5))  # expect: TypeError 'int' object is not iterable
t(lambda: [1].sort(key=5))  # expect: TypeError 'int' object is not callable
t(lambda: [].sort(key=5))  # expect: None
t(lambda: [{}, {}].sort())  # expect: TypeError '<' not supported between instances of 'dict' and 'dict'
