x = [0, 1, 2]
i = 0
i, x[i] = 2, 9
print(i, x)  # expect: 2 [0, 1, 9]
a = [1, 2]
a[0], a[1] = a[1], a[0]
print(a)  # expect: [2, 1]
