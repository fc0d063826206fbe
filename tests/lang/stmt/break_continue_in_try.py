def f():
    out = []
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            out.append(i)
        finally:
            out.append("f%d" % i)
    return out
print(f())  # expect: [0, 'f0', 'f1', 2, 'f2', 'f3']
def g():
    while True:
        try:
            return "try"
        finally:
            break
    return "after"
print(g())  # expect: after
