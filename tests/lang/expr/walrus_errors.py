def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("x := 1")  # expect: invalid syntax
check("(x.y := 1)")  # expect: cannot use assignment expressions with attribute
check("(x[0] := 1)")  # expect: cannot use assignment expressions with subscript
check("f(a := 1)")  # expect: ok
check("f(a=b:=1)")  # expect: invalid syntax
check("[i := 0 for i in x]")  # expect: assignment expression cannot rebind comprehension iteration variable 'i'
check("[j for i in (j := [1])]")  # expect: assignment expression cannot be used in a comprehension iterable expression
check("class C:\n [y := x for x in z]")  # expect: assignment expression within a comprehension cannot be used in a class body
check("(True := 1)")  # expect: cannot use assignment expressions with True
check("lambda: (x := 1)")  # expect: ok
check("def f(a = b := 1): pass")  # expect: invalid syntax
check("x = (y := 1)")  # expect: ok
check("((a, b) := 1)")  # expect: cannot use assignment expressions with tuple
