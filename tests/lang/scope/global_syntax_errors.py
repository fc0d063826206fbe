def check(src):
    try:
        compile(src, "t", "exec")
    except SyntaxError as e:
        print(e.msg)
check("def f():\n x = 1\n global x")  # expect: name 'x' is assigned to before global declaration
check("def f():\n print(x)\n global x")  # expect: name 'x' is used prior to global declaration
check("def f(x):\n global x")  # expect: name 'x' is parameter and global
check("def f():\n nonlocal x")  # expect: no binding for nonlocal 'x' found
check("nonlocal x")  # expect: nonlocal declaration not allowed at module level
check("def f(x):\n nonlocal x")  # expect: name 'x' is parameter and nonlocal
check("def f():\n global x\n nonlocal x")  # expect: name 'x' is nonlocal and global
check("def f():\n x: int = 1\n global x")  # expect: annotated name 'x' can't be global
check("class C:\n x = 1\n nonlocal x")  # expect: name 'x' is assigned to before nonlocal declaration
