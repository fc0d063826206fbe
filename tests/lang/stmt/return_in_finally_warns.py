# PEP 765: a SyntaxWarning, not an error.
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    compile("def f():\n try: pass\n finally: return 1", "t", "exec")
    compile("while 1:\n try: pass\n finally: break", "t", "exec")
    compile("while 1:\n try: pass\n finally: continue", "t", "exec")
    compile("x is 5", "t", "exec")
    compile("assert (1, 2)", "t", "exec")
    compile("'\\d'", "t", "exec")
    compile("1()", "t", "exec")
    compile("[1]['a']", "t", "exec")
    compile("0x1for x in y", "t", "eval") if 0 else None
for w in caught:
    print(w.category.__name__, w.message, w.lineno)
# expect: SyntaxWarning 'return' in a 'finally' block 3
# expect: SyntaxWarning 'break' in a 'finally' block 3
# expect: SyntaxWarning 'continue' in a 'finally' block 3
# expect: SyntaxWarning "is" with 'int' literal. Did you mean "=="? 1
# expect: SyntaxWarning assertion is always true, perhaps remove parentheses? 1
# expect: SyntaxWarning "\d" is an invalid escape sequence. Such sequences will not work in the future. Did you mean "\\d"? A raw string is also an option. 1
# expect: SyntaxWarning 'int' object is not callable; perhaps you missed a comma? 1
# expect: SyntaxWarning list indices must be integers or slices, not str; perhaps you missed a comma? 1
