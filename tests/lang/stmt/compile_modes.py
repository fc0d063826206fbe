print(eval(compile("1 + 1", "t", "eval")))  # expect: 2
exec(compile("1 + 1\n'shown'", "t", "single"))
exec(compile("x = 3\nx\n", "t", "exec"))
exec(compile("x", "t", "single"))
exec(compile("None", "t", "single"))
def check(src, mode):
    try:
        compile(src, "t", mode)
        print("ok")
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
check("x = 1", "eval")
check("a\nb", "eval")
check("a; b", "single")
check("a\nb", "single")
check("if 1: pass", "single")
check("", "eval")
check("", "exec")
check("", "single")
check("1", "other")
check("  1", "eval")
check("1 +", "eval")
# expect-error: SyntaxError: multiple statements found while compiling a single statement
