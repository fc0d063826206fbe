import sys
def f(n):
    return f(n + 1)
try:
    f(0)
except RecursionError as e:
    print(e)  # expect: maximum recursion depth exceeded
depth = 0
def g():
    global depth
    depth += 1
    g()
sys.setrecursionlimit(200)
try:
    g()
except RecursionError:
    print(100 < depth <= 200)  # expect: True
sys.setrecursionlimit(5000)
def h(n): return 0 if n == 0 else 1 + h(n - 1)
print(h(4000))  # expect: 4000
for bad in (0, -1):
    try:
        sys.setrecursionlimit(bad)
    except ValueError as e:
        print(e)
# expect: recursion limit must be greater or equal than 1
# expect: recursion limit must be greater or equal than 1
