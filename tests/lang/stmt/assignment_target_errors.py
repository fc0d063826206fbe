def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("1 = x")  # expect: cannot assign to literal here. Maybe you meant '==' instead of '='?
check("f() = 1")  # expect: cannot assign to function call here. Maybe you meant '==' instead of '='?
check("a + b = 1")  # expect: cannot assign to expression here. Maybe you meant '==' instead of '='?
check("-a = 1")  # expect: cannot assign to expression here. Maybe you meant '==' instead of '='?
check("None = 1")  # expect: cannot assign to None
check("True = 1")  # expect: cannot assign to True
check("... = 1")  # expect: cannot assign to ellipsis here. Maybe you meant '==' instead of '='?
check("'x' = 1")  # expect: cannot assign to literal here. Maybe you meant '==' instead of '='?
check("f'{x}' = 1")  # expect: cannot assign to f-string expression here. Maybe you meant '==' instead of '='?
check("{} = 1")  # expect: cannot assign to dict literal here. Maybe you meant '==' instead of '='?
check("{1} = 1")  # expect: cannot assign to set display here. Maybe you meant '==' instead of '='?
check("[x, 1] = y")  # expect: cannot assign to literal
check("(x, f()) = y")  # expect: cannot assign to function call
check("a and b = 1")  # expect: cannot assign to expression
check("a < b = 1")  # expect: cannot assign to comparison
check("lambda: 1 = 2")  # expect: cannot assign to lambda
check("a if b else c = 1")  # expect: cannot assign to conditional expression
check("[x for x in y] = 1")  # expect: cannot assign to list comprehension here. Maybe you meant '==' instead of '='?
check("(yield) = 1")  # expect: cannot assign to yield expression here. Maybe you meant '==' instead of '='?
check("*a = 1")  # expect: starred assignment target must be in a list or tuple
check("*a, *b = 1")  # expect: multiple starred expressions in assignment
check("a = *b")  # expect: can't use starred expression here
check("(a, b): int = 1")  # expect: only single target (not tuple) can be annotated
check("a, b: int")  # expect: only single target (not tuple) can be annotated
check("f(): int")  # expect: illegal target for annotation
check("x = 1 = y")  # expect: cannot assign to literal
check("del f()")  # expect: cannot delete function call
check("del 1")  # expect: cannot delete literal
check("del (a, b), [c]")  # expect: ok
check("del a + b")  # expect: cannot delete expression
check("del *a")  # expect: cannot delete starred
check("del (*a,)")  # expect: cannot delete starred
check("for 1 in x: pass")  # expect: cannot assign to literal
check("for f() in x: pass")  # expect: cannot assign to function call
check("with a as 1: pass")  # expect: cannot assign to literal
check("with a as f(): pass")  # expect: cannot assign to function call
check("(a := b) = 1")  # expect: cannot assign to named expression here. Maybe you meant '==' instead of '='?
check("if x = 1: pass")  # expect: invalid syntax. Maybe you meant '==' or ':=' instead of '='?
check("while x = 1: pass")  # expect: invalid syntax. Maybe you meant '==' or ':=' instead of '='?
check("f(x for x in y, 1)")  # expect: Generator expression must be parenthesized
check("f(1, x for x in y)")  # expect: Generator expression must be parenthesized
check("print 'hello'")  # expect: Missing parentheses in call to 'print'. Did you mean print(...)?
check("exec 'x'")  # expect: Missing parentheses in call to 'exec'. Did you mean exec(...)?
check("print x")  # expect: Missing parentheses in call to 'print'. Did you mean print(...)?
check("a b")  # expect: invalid syntax
check("a = b c")  # expect: invalid syntax
