def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
class NoExit:
    def __enter__(self): print("not called")
class NoEnter:
    def __exit__(self, *a): pass
class Async:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass
def a():
    with NoExit(): pass
def b():
    with NoEnter(): pass
def c():
    with 5: pass
def d():
    with Async(): pass
for f in (a, b, c, d):
    t(f)
# expect: TypeError 'NoExit' object does not support the context manager protocol (missed __exit__ method)
# expect: TypeError 'NoEnter' object does not support the context manager protocol (missed __enter__ method)
# expect: TypeError 'int' object does not support the context manager protocol (missed __exit__ method)
# expect: TypeError 'Async' object does not support the context manager protocol (missed __exit__ method) but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?
class EnterRaises:
    def __enter__(self): raise ValueError("enter")
    def __exit__(self, *a): print("never")
def e():
    with EnterRaises(): pass
t(e)  # expect: ValueError enter
class ExitRaises:
    def __enter__(self): pass
    def __exit__(self, *a): raise KeyError("exit")
def g():
    with ExitRaises():
        raise ValueError("body")
try:
    g()
except KeyError as e:
    print(repr(e), repr(e.__context__))  # expect: KeyError('exit') ValueError('body')
