import sys
def f(): f()
for _ in range(3):
    try:
        f()
    except RecursionError as e:
        print(e)
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
def g():
    try:
        g()
    finally:
        pass
try:
    g()
except RecursionError:
    print("through finally")  # expect: through finally
