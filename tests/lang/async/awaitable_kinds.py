class It:
    def __iter__(self): return self
    def __next__(self): raise StopIteration("from iterator")
class A:
    def __await__(self): return It()
async def f(): return await A()
try:
    f().send(None)
except StopIteration as e:
    print(e.value)  # expect: from iterator
import types
@types.coroutine
def gen_based():
    x = yield "from generator"
    return x
async def g(): return await gen_based()
c = g()
print(c.send(None))  # expect: from generator
try:
    c.send("back")
except StopIteration as e:
    print(e.value)  # expect: back
def plain_gen(): yield
async def h(): await plain_gen()
try:
    h().send(None)
except TypeError as e:
    print(e)  # expect: 'generator' object can't be awaited
