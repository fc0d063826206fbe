def show(x):
    print(x, end=" ")
    return x
print(show(1) < show(2) < show(3) < show(0) < show(9))  # expect: 1 2 3 0 False
print(show(1) > show(2) > show(3))  # expect: 1 2 False
print(show(1) if show(0) else show(2))  # expect: 0 2 2
