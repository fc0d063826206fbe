# Iterators that a compiled loop makes for somebody else: a generator, a builtin, a variable.
def generators(m):
    n = 0
    for y in range(m):
        n += sum(x for x in range(0, 6))
    return n, y

def variables(m):
    n = 0
    for y in range(m):
        it = iter(range(y, y + 3))
        n += next(it) - y + len(list(it))
    return n, y

def lists(m):
    items, n = [1, 2, 3], 0
    for y in range(m):
        n += sum(x for x in items)
    return n, y

def joined(m):
    out = []
    for y in range(m):
        out.append("".join("#" if (x, y) == (1, 2) else "." for x in range(0, 4)))
    return len(out), out[2], y

for m in (300, 3000, 30000):
    for f in (generators, variables, lists, joined):
        first, again = f(m), f(m)
        if first != again:
            print(m, first, again)
        print(f.__name__, first)
# expect: generators (4500, 299)
# expect: variables (600, 299)
# expect: lists (1800, 299)
# expect: joined (300, '.#..', 299)
# expect: generators (45000, 2999)
# expect: variables (6000, 2999)
# expect: lists (18000, 2999)
# expect: joined (3000, '.#..', 2999)
# expect: generators (450000, 29999)
# expect: variables (60000, 29999)
# expect: lists (180000, 29999)
# expect: joined (30000, '.#..', 29999)
