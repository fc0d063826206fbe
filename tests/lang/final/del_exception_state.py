# An exception keeps its frames' locals alive as long as it lives.
class C:
    def __del__(self): print("del")
def f():
    c = C()
    raise ValueError
try:
    f()
except ValueError as e:
    print("handling")
# expect: handling
# expect: del
print("after")  # expect: after
