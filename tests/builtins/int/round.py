print([round(n, -1) for n in (5, 15, 25, 35, -5, -15, 14, 16)], round(1234, -2), round(1250, -2), round(1350, -2), round(5, -1), round(50, -2), round(51, -2))  # expect: [0, 20, 20, 40, 0, -20, 10, 20] 1200 1200 1400 0 0 100
print(round(5), round(5, 3), round(10 ** 30 + 5, -1), round(5, -400), round(True), type(round(True)).__name__)  # expect: 5 5 1000000000000000000000000000000 0 1 int
try:
    round(5, 1.0)
except TypeError as e:
    print(e)  # expect: 'float' object cannot be interpreted as an integer
