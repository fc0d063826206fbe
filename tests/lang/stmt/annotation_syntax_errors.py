def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("def f(x: (yield)): pass")  # expect: yield expression cannot be used within an annotation
check("x: (yield) = 1")  # expect: yield expression cannot be used within an annotation
check("def f(x: (y := 1)): pass")  # expect: named expression cannot be used within an annotation
check("async def f(x: await y): pass")  # expect: await expression cannot be used within an annotation
check("(x): int")  # expect: ok
check("x.y: int")  # expect: ok
check("x[0]: int = 1")  # expect: ok
check("[x]: int")  # expect: only single target (not list) can be annotated
check("x: int, y: int")  # expect: invalid syntax
check("def f() -> (yield): pass")  # expect: yield expression cannot be used within an annotation
check("x: (yield from y)")  # expect: yield expression cannot be used within an annotation
