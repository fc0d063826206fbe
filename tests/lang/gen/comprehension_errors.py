def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("[*x for x in y]")  # expect: iterable unpacking cannot be used in comprehension
check("{**x for x in y}")  # expect: dict unpacking cannot be used in dict comprehension
check("[x, y for x in z]")  # expect: did you forget parentheses around the comprehension target?
check("[x for x, in y]")  # expect: ok
check("[x for 1 in y]")  # expect: cannot assign to literal
check("[x for x in 1, 2]")  # expect: invalid syntax
check("[x for x in lambda: y, z]")  # expect: invalid syntax
check("{x: y for x in z, w}")  # expect: invalid syntax
check("{x, y for x in z}")  # expect: did you forget parentheses around the comprehension target?
check("{1: 2, **x for x in y}")  # expect: invalid syntax
check("[x for x in y if z else w]")  # expect: invalid syntax
check("(x for x in y) = 1")  # expect: cannot assign to generator expression
check("f(x for x in y for z)")  # expect: 'in' expected after for-loop variables
check("[for x in y]")  # expect: invalid syntax
