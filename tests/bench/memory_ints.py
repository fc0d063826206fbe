"""Peak memory: a list of a million distinct ints."""
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 and int(sys.argv[1]) > 0 else 1000000
data = [i + 1000 for i in range(n)]
print("@check", len(data))

from _bench import peak_kb
print("@hwm", peak_kb())
