import sys, warnings
async def f(): pass
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    f()
    x = f()
    del x
print([str(w.message) for w in caught])  # expect: ["coroutine 'f' was never awaited", "coroutine 'f' was never awaited"]
