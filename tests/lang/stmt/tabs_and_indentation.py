src = "if 1:\n\tx = 1\n\tif x:\n\t\ty = 2\nprint(x, y)"
exec(src)  # expect: 1 2
def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno)
check("if 1:\n        a\n\tb")  # expect: TabError inconsistent use of tabs and spaces in indentation 3
check("if 1:\n  a\n b")  # expect: IndentationError unindent does not match any outer indentation level 3
check("  x = 1")  # expect: IndentationError unexpected indent 1
check("if 1:\nx")  # expect: IndentationError expected an indented block after 'if' statement on line 1 2
check("def f():\n\n\n")  # expect: IndentationError expected an indented block after function definition on line 1 3
check("if 1:\n    a\n   b\n")  # expect: IndentationError unindent does not match any outer indentation level 3
check("x = 1\n    y = 2")  # expect: IndentationError unexpected indent 2
check("for x in y:\npass")  # expect: IndentationError expected an indented block after 'for' statement on line 1 2
check("class C:\nx = 1")  # expect: IndentationError expected an indented block after class definition on line 1 2
check("try:\n pass\nx = 1")  # expect: SyntaxError expected 'except' or 'finally' block 3
check("if 1:\n  pass\n\t\n  pass\n")  # expect: ok
check("if 1:\n # comment only\n")
# expect: IndentationError expected an indented block after 'if' statement on line 1 2
check("while 1:\n")  # expect: IndentationError expected an indented block after 'while' statement on line 1 1
check("match x:\ncase 1: pass")  # expect: IndentationError expected an indented block after 'match' statement on line 1 2
check("match x:\n case 1:\n pass")  # expect: IndentationError expected an indented block after 'case' statement on line 2 3
check("with a:\nb")  # expect: IndentationError expected an indented block after 'with' statement on line 1 2
check("try:\n  a\nexcept B:\nc")  # expect: IndentationError expected an indented block after 'except' statement on line 3 4
check("try:\n  a\nfinally:\nc")  # expect: IndentationError expected an indented block after 'finally' statement on line 3 4
check("if 1:\n  a\nelse:\nb")  # expect: IndentationError expected an indented block after 'else' statement on line 3 4
check("if 1:\n  a\nelif 2:\nb")  # expect: IndentationError expected an indented block after 'elif' statement on line 3 4
check("@x\ndef f():\npass")  # expect: IndentationError expected an indented block after function definition on line 2 3
