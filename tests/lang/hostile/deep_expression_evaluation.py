# A structure built by hand is as deep as one likes; comparing, printing and hashing it ends in an
# answer or in a RecursionError, never in the end of the process.
def deep(make, n=100000):
    x = make(None)
    for _ in range(n): x = make(x)
    return x
def t(f):
    try:
        f()
        return True
    except RecursionError as e:
        return True
l1, l2 = deep(lambda x: [x]), deep(lambda x: [x])
print(t(lambda: repr(l1)), t(lambda: l1 == l2), t(lambda: l1 < l2))  # expect: True True True
t1, t2 = deep(lambda x: (x,)), deep(lambda x: (x,))
print(t(lambda: repr(t1)), t(lambda: t1 == t2), t(lambda: hash(t1)))  # expect: True True True
d1, d2 = deep(lambda x: {"k": x}), deep(lambda x: {"k": x})
print(t(lambda: repr(d1)), t(lambda: d1 == d2))  # expect: True True
f1 = deep(lambda x: frozenset([x]))
print(t(lambda: repr(f1)))  # expect: True
try:
    repr(l1)
except RecursionError:
    print("repr is refused")  # expect: repr is refused
