import sys
def f():
    a = 1
    fr = sys._getframe()
    print(fr.f_code.co_name, fr.f_lineno, fr.f_locals["a"], fr.f_back.f_code.co_name, fr.f_globals is globals())
    print(sys._getframe(1).f_code.co_name)
    return fr
def g(): return f()
fr = g()
# expect: f 5 1 g True
# expect: g
print(fr.f_locals["a"], fr.f_lineno)  # expect: 1 7
try:
    sys._getframe(1000)
except ValueError as e:
    print(e)  # expect: call stack is not deep enough
