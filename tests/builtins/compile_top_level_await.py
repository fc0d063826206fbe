# `compile` with PyCF_ALLOW_TOP_LEVEL_AWAIT: code that awaits is a coroutine, other code is not.

import ast
import asyncio
import inspect


def run(source):
    code = compile(source, "<s>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    namespace = {"asyncio": asyncio}
    is_coroutine = bool(code.co_flags & inspect.CO_COROUTINE)
    result = eval(code, namespace)
    if is_coroutine:
        asyncio.run(result)
    return is_coroutine, namespace.get("r")


print(run("r = 1"))  # expect: (False, 1)
print(run("await asyncio.sleep(0)\nr = 2"))  # expect: (True, 2)
print(run("async def f():\n    return 3\nr = (await f()) + 1"))  # expect: (True, 4)
print(run("async def g():\n    yield 5\nasync for r in g(): pass"))  # expect: (True, 5)

# So is code whose `await` is left out.
for source in ("assert await x", "assert [y async for y in x]", "if 0:\n async with x: pass", "0 and await x", "assert (y async for y in x)", "assert x"):
    print([bool(compile(source, "<s>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, optimize=n).co_flags & inspect.CO_COROUTINE) for n in (0, 1)])
# expect: [True, True]
# expect: [True, True]
# expect: [True, True]
# expect: [True, True]
# expect: [False, False]
# expect: [False, False]
