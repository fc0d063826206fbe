class S:
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
s = S()
print(s[1], s[1:2], s[::], s[1:2:3], s[...])  # expect: 1 slice(1, 2, None) slice(None, None, None) slice(1, 2, 3) Ellipsis
print(s[1, 2], s[1:2, ...], s[()], s[1,])  # expect: (1, 2) (slice(1, 2, None), Ellipsis) () (1,)
s[1:] = 5  # expect: set slice(1, None, None) 5
del s[:2, 3]  # expect: del (slice(None, 2, None), 3)
print(s[*[1, 2]], s[*"ab", 3], s[1, *()])  # expect: (1, 2) ('a', 'b', 3) (1,)
s[0] += ()
# expect-error: TypeError: unsupported operand type(s) for +=: 'int' and 'tuple'
