print(-2 ** 2, (-2) ** 2, 2 ** -1, 2 ** 3 ** 2)  # expect: -4 4 0.5 512
print(not 1 == 2, 1 + 2 << 3, 1 | 2 ^ 3 & 4)  # expect: True 24 3
print(-1 // 2, -(1 // 2), ~1 + 1, 5 - 3 - 1)  # expect: -1 0 -1 1
print(1 if 0 else 2 if 0 else 3)  # expect: 3
print((lambda: 1 if 1 else 2)(), [*range(3)][-1])  # expect: 1 2
print(3 in [3] == True, (3 in [3]) == True)  # expect: False True
print(2 * 3 % 4, 2 * (3 % 4), 7 // 2 * 2)  # expect: 2 6 6
