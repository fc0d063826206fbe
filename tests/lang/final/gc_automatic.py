import weakref
class C: pass
def make():
    c = C()
    c.me = c
    return weakref.ref(c)
first = make()
for _ in range(200000):
    c = C()
    c.me = c
    c.data = [c]
print(first() is None)  # expect: True
