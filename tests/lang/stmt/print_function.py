print()  # expect:
print("a", 1, None, sep=", ", end="!\n")  # expect: a, 1, None!
print(*range(3), sep="")  # expect: 012
print("no newline", end="")
print()  # expect: no newline
class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
w = W()
print("x", "y", file=w)
print(w.parts)  # expect: ['x', ' ', 'y', '\n']
try:
    print(sep=1)
except TypeError as e:
    print(e)  # expect: sep must be None or a string, not int
try:
    print(1, end=b"")
except TypeError as e:
    print(e)  # expect: end must be None or a string, not bytes
try:
    print(1, flsh=True)
except TypeError as e:
    print(e)  # expect: print() got an unexpected keyword argument 'flsh'. Did you mean 'flush'?
print("flushed", flush=True)  # expect: flushed
try:
    print("x", file=5)
except AttributeError as e:
    print(e)  # expect: 'int' object has no attribute 'write'
