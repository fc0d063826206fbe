def t(f):
    try:
        f()
    except BaseException as e:
        print(repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
def a(): raise ValueError
def b(): raise ValueError("x") from KeyError("why")
def c(): raise ValueError from KeyError
def d():
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("during")
def e():
    try: 1 / 0
    except ZeroDivisionError: raise ValueError("hidden") from None
def f(): raise 5
def g(): raise
def h(): raise ValueError from 5
def i(): raise int
def j():
    class Weird(Exception):
        def __new__(cls): return 3
    raise Weird
for f in (a, b, c, d, e, f, g, h, i, j):
    t(f)
# expect: ValueError() None None False
# expect: ValueError('x') KeyError('why') None True
# expect: ValueError() KeyError() None True
# expect: ValueError('during') None ZeroDivisionError('division by zero') False
# expect: ValueError('hidden') None ZeroDivisionError('division by zero') True
# expect: TypeError('exceptions must derive from BaseException') None None False
# expect: RuntimeError('No active exception to reraise') None None False
# expect: TypeError('exception causes must derive from BaseException') None None False
# expect: TypeError('exceptions must derive from BaseException') None None False
# expect: TypeError("calling <class '__main__.j.<locals>.Weird'> should have returned an instance of BaseException, not <class 'int'>") None None False
