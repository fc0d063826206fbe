"""Peak memory while short-lived objects and cycles are made and dropped."""
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 and int(sys.argv[1]) > 0 else 300000


class Node:
    def __init__(self, k):
        self.k = k
        self.me = self
        self.data = [k] * 10


t = 0
for i in range(n):
    a = Node(i)
    t += len(a.data) + a.me.k
print("@check", t)

from _bench import peak_kb
print("@hwm", peak_kb())
