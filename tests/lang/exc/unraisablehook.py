import sys
def hook(u):
    print(u.exc_type.__name__, u.exc_value, u.err_msg.split(" at ")[0], u.object)
sys.unraisablehook = hook
class C:
    def __del__(self): raise ValueError("in del")
C()  # expect: ValueError in del Exception ignored while calling deallocator <function C.__del__ None
print("next statement")  # expect: next statement
