import sys
sys.setrecursionlimit(100000)
def h(n): return 0 if n == 0 else 1 + h(n - 1)
print(h(50000))  # expect: 50000
