print(eval(compile("1 + 1", "t", "eval")))  # expect: 2
exec(compile("1 + 1", "t", "single"))  # expect: 2
exec(compile("'shown'; None; 5", "t", "single"))
# expect: 'shown'
# expect: 5
exec(compile("x = 3\nx\n", "t", "exec"))
exec(compile("x", "t", "single"))  # expect: 3
exec(compile("for i in range(2): i\n", "t", "single"))
# expect: 0
# expect: 1
def check(src, mode):
    try:
        compile(src, "t", mode)
        print("ok")
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
check("x = 1", "eval")  # expect: SyntaxError invalid syntax (t, line 1)
check("a\nb", "eval")  # expect: SyntaxError invalid syntax (t, line 2)
check("a; b", "single")  # expect: ok
check("a\nb", "single")  # expect: SyntaxError multiple statements found while compiling a single statement (t, line 1)
check("if 1: pass", "single")  # expect: SyntaxError invalid syntax (t, line 1)
check("", "eval")  # expect: SyntaxError invalid syntax (t, line 0)
check("", "exec")  # expect: ok
check("", "single")  # expect: SyntaxError invalid syntax (t, line 0)
check("1", "other")  # expect: ValueError compile() mode must be 'exec', 'eval' or 'single'
check("  1", "eval")  # expect: IndentationError unexpected indent (t, line 1)
check("1 +", "eval")  # expect: SyntaxError invalid syntax (t, line 1)
