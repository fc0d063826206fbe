def check(src):
    try:
        compile(src, "t", "exec")
    except SyntaxError as e:
        print(e.msg)
check("def f(a, a): pass")  # expect: duplicate argument 'a' in function definition
check("def f(a=1, b): pass")  # expect: parameter without a default follows parameter with a default
check("def f(*): pass")  # expect: named arguments must follow bare *
check("def f(*, **k): pass")  # expect: named arguments must follow bare *
check("def f(**k, a): pass")  # expect: arguments cannot follow var-keyword argument
check("def f(*a, *b): pass")  # expect: * argument may appear only once
check("def f(/, a): pass")  # expect: at least one argument must precede /
check("def f(a, /, b, /): pass")  # expect: / may appear only once
check("lambda a, a: 1")  # expect: duplicate argument 'a' in function definition
check("f(a=1, a=2)")  # expect: keyword argument repeated: a
check("f(a=1, 2)")  # expect: positional argument follows keyword argument
check("f(**a, *b)")  # expect: iterable argument unpacking follows keyword argument unpacking
check("f(**a, 1)")  # expect: positional argument follows keyword argument unpacking
check("f(True=1)")  # expect: cannot assign to True
check("f(a.b=1)")  # expect: expression cannot contain assignment, perhaps you meant "=="?
check("def None(): pass")  # expect: invalid syntax
check("def f(None): pass")  # expect: invalid syntax
