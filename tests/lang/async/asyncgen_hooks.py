import sys
def first(g): print("first iterated", g.__name__)
def final(g): print("finalised", g.__name__)
sys.set_asyncgen_hooks(first, final)
async def ag():
    yield 1
g = ag()
try:
    g.__anext__().send(None)
except StopIteration as e:
    print(e.value)
# expect: first iterated ag
# expect: 1
del g  # expect: finalised ag
sys.set_asyncgen_hooks(None, None)
print(sys.get_asyncgen_hooks())  # expect: asyncgen_hooks(firstiter=None, finalizer=None)
