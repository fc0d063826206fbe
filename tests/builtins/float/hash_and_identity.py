print(hash(0.5), hash(1.5), hash(-1.5), hash(1e300), hash(float("inf")), hash(float("-inf")), hash(0.1), hash(-0.0), hash(5e-324), hash(1e16), hash(2.0 ** 61))  # expect: 1152921504606846976 1152921504606846977 -1152921504606846977 1224995262755759164 314159 -314159 230584300921369408 0 16777216 10000000000000000 1
nan = float("nan")
print(nan in [nan], nan == nan, [nan] == [nan], {nan: 1}[nan], 0.0 == -0.0, {0.0: 1, -0.0: 2}, min(nan, 1) is nan, max(1, nan))  # expect: True False True 1 True {0.0: 2} True 1
print(sorted([3.5, 1, -2.0, True, 0]), 1.0 in [1], 1 in {1.0: 2})  # expect: [-2.0, 0, 1, True, 3.5] True True
