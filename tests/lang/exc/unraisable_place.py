"""An exception that nothing can catch is told with the place where Python was, if no Python code raised it."""
import sys

def hook(args):
    tb = args.exc_traceback
    print(args.exc_type.__name__, args.exc_value, tb is args.exc_value.__traceback__, tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_next)
sys.unraisablehook = hook

def stubborn():
    try:
        yield
    except GeneratorExit:
        yield

def f():
    g = stubborn()
    next(g)
    del g
f()  # expect: RuntimeError generator ignored GeneratorExit True f 18 None

class A:
    __del__ = 5
A()  # expect: TypeError 'int' object is not callable True <module> 23 None

class B:
    def __del__(self):
        raise ValueError("x")
B()  # expect: ValueError x True __del__ 27 None
