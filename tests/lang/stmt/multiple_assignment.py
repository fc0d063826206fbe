a = b = c = [1]
print(a is b is c)  # expect: True
x, y = y2, x2 = 1, 2
print(x, y, y2, x2)  # expect: 1 2 1 2
a, b, c = b, c, a = 1, 2, 3
print(a, b, c)  # expect: 3 1 2
x = y = lambda: 0
print(x is y)  # expect: True
