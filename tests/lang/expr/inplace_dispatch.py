class A:
    def __iadd__(self, o):
        return "iadd"
class B:
    def __add__(self, o):
        return "add"
class C:
    def __iadd__(self, o): return NotImplemented
    def __add__(self, o): return "fallback"
a, b, c = A(), B(), C()
a += 1
b += 1
c += 1
print(a, b, c)  # expect: iadd add fallback
t = ([1],)
try:
    t[0] += [2]
except TypeError as e:
    print(e)  # expect: 'tuple' object does not support item assignment
print(t)  # expect: ([1, 2],)
