def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(type(e).__name__, "|", e.msg, "|", e.lineno, e.offset, e.end_lineno, e.end_offset)
check("x = ")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("def")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("def f")  # expect: SyntaxError | expected '(' | 1 6 1 7
check("def f()")  # expect: SyntaxError | expected ':' | 1 8 1 9
check("def f(x y): pass")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("class")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("class C")  # expect: SyntaxError | expected ':' | 1 8 1 9
check("class C(: pass")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("if")  # expect: SyntaxError | invalid syntax | 1 3 1 4
check("if x")  # expect: SyntaxError | expected ':' | 1 5 1 6
check("if x:")  # expect: IndentationError | expected an indented block after 'if' statement on line 1 | 1 6 1 -1
check("else: pass")  # expect: SyntaxError | invalid syntax | 1 1 1 5
check("elif x: pass")  # expect: SyntaxError | invalid syntax | 1 1 1 5
check("if x: pass\nelse if y: pass")  # expect: SyntaxError | expected ':' | 2 6 2 8
check("while x")  # expect: SyntaxError | expected ':' | 1 8 1 9
check("for x")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("for x in")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("for in y: pass")  # expect: SyntaxError | invalid syntax | 1 5 1 7
check("try: pass")  # expect: SyntaxError | expected 'except' or 'finally' block | 1 10 1 -1
check("try\n pass")  # expect: SyntaxError | expected ':' | 1 4 1 5
check("with")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("with x as")  # expect: SyntaxError | invalid syntax | 1 10 1 11
check("lambda")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("lambda x")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("x = lambda x y: 1")  # expect: SyntaxError | invalid syntax | 1 14 1 15
check("return")  # expect: SyntaxError | 'return' outside function | 1 1 1 7
check("raise from x")  # expect: SyntaxError | invalid syntax | 1 7 1 11
check("import x y")  # expect: SyntaxError | invalid syntax | 1 10 1 11
check("from x import y z")  # expect: SyntaxError | invalid syntax | 1 17 1 18
check("a.1")  # expect: SyntaxError | invalid syntax | 1 2 1 4
check("a.")  # expect: SyntaxError | invalid syntax | 1 3 1 4
check(".a")  # expect: SyntaxError | invalid syntax | 1 1 1 2
check("1a")  # expect: SyntaxError | invalid decimal literal | 1 1 1 1
check("x = 5 if y")  # expect: SyntaxError | expected 'else' after 'if' expression | 1 5 1 11
check("x = 5 if y else")  # expect: SyntaxError | expected expression after 'else', but statement is given | 1 16 1 17
check("x = if y else z")  # expect: SyntaxError | invalid syntax | 1 5 1 7
check("(1, 2")  # expect: SyntaxError | '(' was never closed | 1 1 1 0
check("[1, 2")  # expect: SyntaxError | '[' was never closed | 1 1 1 0
check("{1: 2")  # expect: SyntaxError | '{' was never closed | 1 1 1 0
check("{1:}")  # expect: SyntaxError | expression expected after dictionary key and ':' | 1 3 1 4
check("{1: 2, 3}")  # expect: SyntaxError | ':' expected after dictionary key | 1 8 1 0
check("{1, 2: 3}")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("{**a, b}")  # expect: SyntaxError | ':' expected after dictionary key | 1 7 1 0
check("{1: *a}")  # expect: SyntaxError | cannot use a starred expression in a dictionary value | 1 5 1 7
check("{1: **a}")  # expect: SyntaxError | invalid syntax | 1 5 1 7
check("f(**)")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("f(*)")  # expect: SyntaxError | Invalid star expression | 1 4 1 5
check("f(a b)")  # expect: SyntaxError | invalid syntax. Perhaps you forgot a comma? | 1 3 1 6
check("f(a, b c)")  # expect: SyntaxError | invalid syntax. Perhaps you forgot a comma? | 1 6 1 9
check("f(a for b)")  # expect: SyntaxError | 'in' expected after for-loop variables | 1 10 1 11
check("f(a=)")  # expect: SyntaxError | expected argument value expression | 1 3 1 5
check("f(1=2)")  # expect: SyntaxError | expression cannot contain assignment, perhaps you meant "=="? | 1 3 1 5
check("f('a'=2)")  # expect: SyntaxError | expression cannot contain assignment, perhaps you meant "=="? | 1 3 1 7
check("f(a, =1)")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("f(,)")  # expect: SyntaxError | invalid syntax | 1 3 1 4
check("x[")  # expect: SyntaxError | '[' was never closed | 1 2 1 0
check("x[]")  # expect: SyntaxError | invalid syntax | 1 3 1 4
check("x[1:2:3:4]")  # expect: SyntaxError | invalid syntax | 1 8 1 9
check("not")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("a not b")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("a is not")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("a and")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("a ++")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("++a")  # expect: ok
check("a++b")  # expect: ok
check("a <> b")  # expect: SyntaxError | invalid syntax.  Maybe you meant '!=' instead of '<>'? | 1 3 1 5
check("a != = b")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("a === b")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("a = = b")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("a =+ 1")  # expect: ok
check("!a")  # expect: SyntaxError | invalid syntax | 1 1 1 2
check("a && b")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("a || b")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("a -> b")  # expect: SyntaxError | invalid syntax | 1 3 1 5
check("a => b")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("@")  # expect: SyntaxError | invalid syntax | 1 2 1 3
check("@x")  # expect: SyntaxError | invalid syntax | 1 0 1 0
check("@x\ny = 1")  # expect: SyntaxError | invalid syntax | 2 1 2 2
check("async x")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("async def f(): pass\nawait")  # expect: SyntaxError | invalid syntax | 2 6 2 7
check("pass x")  # expect: SyntaxError | invalid syntax | 1 6 1 7
check("break x")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("del")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("del x y")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("assert")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("assert x y")  # expect: SyntaxError | invalid syntax | 1 10 1 11
check("global")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("global x, ")  # expect: SyntaxError | invalid syntax | 1 11 1 12
check("global x.y")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("nonlocal 1")  # expect: SyntaxError | invalid syntax | 1 10 1 11
check("x: ")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("type X")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("type X = ")  # expect: SyntaxError | invalid syntax | 1 10 1 11
check("`a`")  # expect: SyntaxError | invalid syntax | 1 1 1 2
check("a; ; b")  # expect: SyntaxError | invalid syntax | 1 4 1 5
check("; a")  # expect: SyntaxError | invalid syntax | 1 1 1 2
check("\\")  # expect: SyntaxError | unexpected EOF while parsing | 1 2 1 -1
check("a \\ b")  # expect: SyntaxError | unexpected character after line continuation character | 1 4 1 0
check("a = 'x' 1")  # expect: SyntaxError | invalid syntax | 1 9 1 10
check("'a' b")  # expect: SyntaxError | invalid syntax | 1 5 1 6
check("None = 1")  # expect: SyntaxError | cannot assign to None | 1 1 1 5
check("f(None=1)")  # expect: SyntaxError | cannot assign to None | 1 3 1 8
check("def f(None=1): pass")  # expect: SyntaxError | invalid syntax | 1 7 1 11
check("class None: pass")  # expect: SyntaxError | invalid syntax | 1 7 1 11
check("import None")  # expect: SyntaxError | invalid syntax | 1 8 1 12
check("for None in x: pass")  # expect: SyntaxError | cannot assign to None | 1 5 1 9
check("x.None = 1")  # expect: SyntaxError | invalid syntax | 1 3 1 7
check("x.True")  # expect: SyntaxError | invalid syntax | 1 3 1 7
check("def f(a, *): pass")  # expect: SyntaxError | named arguments must follow bare * | 1 10 1 11
check("def f(*, a=1, a=2): pass")  # expect: SyntaxError | duplicate argument 'a' in function definition | 1 15 1 16
check("def f(a=1, /, b): pass")  # expect: SyntaxError | parameter without a default follows parameter with a default | 1 15 1 16
check("def f(*a=1): pass")  # expect: SyntaxError | var-positional argument cannot have default value | 1 9 1 10
check("def f(**k=1): pass")  # expect: SyntaxError | var-keyword argument cannot have default value | 1 10 1 11
check("lambda *: 1")  # expect: SyntaxError | named arguments must follow bare * | 1 9 1 10
check("lambda *a=1: 1")  # expect: SyntaxError | var-positional argument cannot have default value | 1 10 1 11
check("def f(1): pass")  # expect: SyntaxError | invalid syntax | 1 7 1 8
check("def f(a.b): pass")  # expect: SyntaxError | invalid syntax | 1 8 1 9
check("def f((a, b)): pass")  # expect: SyntaxError | Function parameters cannot be parenthesized | 1 7 1 13
check("def f(a, (b, c)): pass")  # expect: SyntaxError | Function parameters cannot be parenthesized | 1 10 1 16
check("lambda (a, b): 1")  # expect: SyntaxError | Lambda expression parameters cannot be parenthesized | 1 8 1 14
check("def 1f(): pass")  # expect: SyntaxError | invalid decimal literal | 1 5 1 5
check("class 1: pass")  # expect: SyntaxError | invalid syntax | 1 7 1 8
