# What an async generator's methods return warns when it is dropped unused.
import warnings
async def gen():
    yield 1
for method, args in ("asend", (None,)), ("athrow", (ValueError,)), ("aclose", ()):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(gen(), method)(*args)
    print([(w.category.__name__, str(w.message)) for w in caught])
# expect: [('RuntimeWarning', "coroutine method 'asend' of 'gen' was never awaited")]
# expect: [('RuntimeWarning', "coroutine method 'athrow' of 'gen' was never awaited")]
# expect: [('RuntimeWarning', "coroutine method 'aclose' of 'gen' was never awaited")]
g = gen()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        g.asend(None).send(None)
    except StopIteration as e:
        print(e.value, caught)  # expect: 1 []
