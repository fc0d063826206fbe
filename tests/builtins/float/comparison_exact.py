print(1e16 == 10 ** 16, 1e16 + 1 == 10 ** 16 + 1, 1e23 == 10 ** 23, 1e22 == 10 ** 22, 0.1 == 1 / 10, 0.5 == True / 2, 9007199254740992.0 < 9007199254740993, 9007199254740993 > 9007199254740992.0, -1e300 < -10 ** 299, 1e300 > 10 ** 299, 1e308 < 10 ** 400, 4611686018427387904.0 == 1 << 62, 4611686018427387904.0 < (1 << 62) + 1)  # expect: True False False True True True True True True True True True True
try:
    1.5 < "a"
except TypeError as e:
    print(e)  # expect: '<' not supported between instances of 'float' and 'str'
try:
    1.5 < 1j
except TypeError as e:
    print(e)  # expect: '<' not supported between instances of 'float' and 'complex'
