def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)
check("return 1")  # expect: 'return' outside function 1 1
check("yield 1")  # expect: 'yield' outside function 1 1
check("class C:\n return 1")  # expect: 'return' outside function 2 2
check("class C:\n yield")  # expect: 'yield' outside function 2 2
check("await x")  # expect: 'await' outside function 1 1
check("async def f():\n yield from x")  # expect: 'yield from' inside async function 2 2
check("def f():\n await x")  # expect: 'await' outside async function 2 2
check("def f():\n async with x: pass")  # expect: 'async with' outside async function 2 2
check("def f():\n async for x in y: pass")  # expect: 'async for' outside async function 2 2
check("def f():\n [x async for x in y]")  # expect: asynchronous comprehension outside of an asynchronous function 2 2
check("async def f():\n yield 1\n return 2")  # expect: 'return' with value in async generator 3 2
check("break")  # expect: 'break' outside loop 1 1
check("continue")  # expect: 'continue' not properly in loop 1 1
check("if 1:\n break")  # expect: 'break' outside loop 2 2
check("for x in y:\n def f(): break")  # expect: 'break' outside loop 2 11
check("for x in y:\n class C:\n  continue")  # expect: 'continue' not properly in loop 3 3
check("for x in y: pass\nelse: continue")  # expect: 'continue' not properly in loop 2 7
check("[(yield) for x in y]")  # expect: 'yield' inside list comprehension 1 3
check("{(yield from x) for x in y}")  # expect: 'yield' inside set comprehension 1 3
check("def f():\n return\n yield")  # expect: ok
check("async def f():\n return [await x for x in y]")  # expect: ok
check("async def f():\n def g(): await x")  # expect: 'await' outside async function 2 11
check("lambda: await x")  # expect: 'await' outside async function 1 9
