print(list(reversed([1, 2])), list(reversed("ab")), list(reversed(range(3))), list(reversed({"a": 1})), list(reversed((1, 2))), type(reversed([])).__name__, type(reversed("")).__name__, list(reversed(b"ab")), list(reversed(bytearray(b"cd"))), list(reversed(memoryview(b"ef"))))  # expect: [2, 1] ['b', 'a'] [2, 1, 0] ['a'] [2, 1] list_reverseiterator reversed [98, 97] [100, 99] [102, 101]
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: reversed({1}))  # expect: TypeError 'set' object is not reversible
t(lambda: reversed(5))  # expect: TypeError 'int' object is not reversible
t(lambda: reversed(iter([])))  # expect: TypeError 'list_iterator' object is not reversible
t(lambda: reversed())  # expect: TypeError reversed expected 1 argument, got 0
t(lambda: next(iter([])))  # expect: StopIteration 
t(lambda: next(iter([]), "d"))  # expect: d
t(lambda: next([]))  # expect: TypeError 'list' object is not an iterator
t(lambda: iter())  # expect: TypeError iter expected at least 1 argument, got 0
t(lambda: next())  # expect: TypeError next expected at least 1 argument, got 0
t(lambda: iter([], None))  # expect: TypeError iter(v, w): v must be callable
t(lambda: reversed(x=1))  # expect: TypeError reversed() takes no keyword arguments
r = reversed([1, 2, 3])
print(r.__length_hint__(), next(r), list(r))  # expect: 3 3 [2, 1]
class OldStyle:
    def __getitem__(self, i):
        if i < 3: return i
        raise IndexError
    def __len__(self): return 3
print(list(reversed(OldStyle())), list(iter(OldStyle())), type(iter(OldStyle())).__name__)  # expect: [2, 1, 0] [0, 1, 2] iterator
