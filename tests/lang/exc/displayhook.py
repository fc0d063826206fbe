import sys
seen = []
sys.displayhook = lambda v: seen.append(v)
exec(compile("1\nNone if False else 'x'\n", "t", "single") if False else compile("1; 'x'", "t", "single"))
print(seen)  # expect: [1, 'x']
sys.displayhook = sys.__displayhook__
exec(compile("5", "t", "single"))  # expect: 5
import builtins
print(builtins._)  # expect: 5
