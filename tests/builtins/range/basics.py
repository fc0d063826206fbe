r = range(10)
print(r, range(2, 8), range(0, 10, 3), range(5, 0, -2), repr(range(1, 2, 1)), list(range(5, 0, -2)), len(range(0, 10, 3)), range(0).__len__())  # expect: range(0, 10) range(2, 8) range(0, 10, 3) range(5, 0, -2) range(1, 2) [5, 3, 1] 4 0
print(r[3], r[-1], r[2:5], r[::-1], r[::3], r[5:2], range(0, 100, 7)[2:5], range(10)[-3:], list(range(10)[::-2]))  # expect: 3 9 range(2, 5) range(9, -1, -1) range(0, 10, 3) range(5, 2) range(14, 35, 7) range(7, 10) [9, 7, 5, 3, 1]
print(3 in r, 10 in r, 3.0 in r, 3.5 in r, "a" in r, True in r, 4 in range(0, 10, 3), -2 in range(0, -10, -2), 2 ** 100 in r)  # expect: True False True False False True False True False
print(r.start, r.stop, r.step, r.index(5), r.count(5), r.count(50), range(0, 10, 2).index(6), list(reversed(range(0, 10, 3))))  # expect: 0 10 1 5 1 0 3 [9, 6, 3, 0]
print(range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), range(1) != range(2), hash(range(0)) == hash(range(3, 3)), range(3) == [0, 1, 2], hash(range(5)) == hash(range(0, 5, 1)))  # expect: True True True True False True
print(bool(range(0)), bool(range(1)), max(range(10)), min(range(5, 0, -1)), sum(range(101)), list(zip(range(3), range(10, 13))))  # expect: False True 9 1 5050 [(0, 10), (1, 11), (2, 12)]
