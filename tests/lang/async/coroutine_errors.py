import warnings
warnings.simplefilter("ignore")
async def f(): return 1
def t(g):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
def drive(c):
    try:
        while True: c.send(None)
    except StopIteration as e:
        return e.value
t(lambda: iter(f()))  # expect: TypeError 'coroutine' object is not iterable
t(lambda: next(f()))  # expect: TypeError 'coroutine' object is not an iterator
t(lambda: f().send(1))  # expect: TypeError can't send non-None value to a just-started coroutine
async def a(): await 5
t(lambda: drive(a()))  # expect: TypeError 'int' object can't be awaited
class BadAwait:
    def __await__(self): return 5
async def b(): await BadAwait()
t(lambda: drive(b()))  # expect: TypeError __await__() returned non-iterator of type 'int'
class CoroAwait:
    def __await__(self): return f()
async def c(): await CoroAwait()
t(lambda: drive(c()))  # expect: TypeError __await__() returned a coroutine
async def d():
    co = f()
    await co
    await co
t(lambda: drive(d()))  # expect: RuntimeError cannot reuse already awaited coroutine
async def e():
    for x in f(): pass
t(lambda: drive(e()))  # expect: TypeError 'coroutine' object is not iterable
async def g():
    raise StopIteration("x")
t(lambda: drive(g()))  # expect: RuntimeError coroutine raised StopIteration
async def h():
    async for x in [1]: pass
t(lambda: drive(h()))  # expect: TypeError 'async for' requires an object with __aiter__ method, got list
async def i():
    async with 5: pass
t(lambda: drive(i()))  # expect: TypeError 'int' object does not support the asynchronous context manager protocol (missed __aexit__ method)
class NoAnext:
    def __aiter__(self): return 5
async def j():
    async for x in NoAnext(): pass
t(lambda: drive(j()))  # expect: TypeError 'async for' received an object from __aiter__ that does not implement __anext__: int
class BadAnext:
    def __aiter__(self): return self
    def __anext__(self): return 5
async def k():
    async for x in BadAnext(): pass
t(lambda: drive(k()))  # expect: TypeError 'async for' received an invalid object from __anext__: int
class CtxSync:
    def __enter__(self): pass
    def __exit__(self, *a): pass
async def l():
    async with CtxSync(): pass
t(lambda: drive(l()))  # expect: TypeError 'CtxSync' object does not support the asynchronous context manager protocol (missed __aexit__ method) but it supports the context manager protocol. Did you mean to use 'with'?
