print(1 == 1.0, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 30 == 1e30, 10 ** 30 < 1e30)  # expect: True True False True False True
inf, nan = float("inf"), float("nan")
print(10 ** 400 < inf, -10 ** 400 > -inf, 1 < nan, 1 == nan, 10 ** 400 == inf, 5 < 5.5, -5 > -5.5, 0 == -0.0)  # expect: True True False False False True True True
print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(2 ** 61 - 1), hash(2 ** 61), hash(-1), hash(-2), hash(10 ** 30) == hash(1e30))  # expect: True 0 1 -2 -2 False
print({1: "a", 1.0: "b", True: "c"}, 1 in {True}, 2 ** 70 in {2.0 ** 70})  # expect: {1: 'c'} True True
