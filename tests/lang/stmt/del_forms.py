x, y, z = 1, 2, 3
del x, (y, [z])
print("x" in globals(), "y" in globals(), "z" in globals())  # expect: False False False
d = {1: 2, 3: 4}
del d[1]
l = [0, 1, 2, 3, 4]
del l[1:3], l[-1]
print(d, l)  # expect: {3: 4} [0, 3]
class C: pass
c = C()
c.a = 1
del c.a
print(hasattr(c, "a"))  # expect: False
