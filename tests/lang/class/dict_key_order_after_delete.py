class C: pass
c = C()
c.a, c.b, c.c = 1, 2, 3
del c.a
c.a = 4
print(c.__dict__)  # expect: {'b': 2, 'c': 3, 'a': 4}
d = C()
d.c, d.b = 1, 2
print(d.__dict__, list(vars(d)))  # expect: {'c': 1, 'b': 2} ['c', 'b']
