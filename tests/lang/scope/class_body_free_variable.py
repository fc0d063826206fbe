def f(x):
    class C:
        y = x
        x = 5
        z = x
    return C.y, C.z, x
try:
    print(f(1))
except NameError as e:
    print(type(e).__name__, e)  # expect: NameError name 'x' is not defined
def g(x):
    class C:
        y = x
    return C.y
print(g(7))  # expect: 7
