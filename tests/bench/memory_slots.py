"""Peak memory: a list of a million instances with two __slots__."""
import sys

class P:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a
        self.b = None


n = int(sys.argv[1]) if len(sys.argv) > 1 and int(sys.argv[1]) > 0 else 1000000
data = [P(i) for i in range(n)]
print("@check", len(data))

from _bench import peak_kb
print("@hwm", peak_kb())
