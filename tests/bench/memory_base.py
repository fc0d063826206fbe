"""Peak memory of an interpreter that does nothing."""
print("@check 0")

from _bench import peak_kb
print("@hwm", peak_kb())
