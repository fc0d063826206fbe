# Function, then positional arguments left to right, then keywords in order.
def show(x):
    print(x, end=" ")
    return x
def f(*a, **k):
    return len(a), list(k)
(show("f"), f)[1](show(1), *[show(2), show(3)], show(4), k=show(5), **{"m": show(6)})
print()  # expect: f 1 2 3 4 5 6 
print({show("k1"): show("v1"), show("k2"): show("v2")})  # expect: k1 v1 k2 v2 {'k1': 'v1', 'k2': 'v2'}
print([show(1), show(2)][show(0)])  # expect: 1 2 0 1
print(show(1) + show(2) * show(3))  # expect: 1 2 3 7
