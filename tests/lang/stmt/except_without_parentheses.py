# PEP 758: several types without parentheses, when there is no `as`.
try:
    raise KeyError("x")
except ValueError, KeyError:
    print("caught")  # expect: caught
try:
    compile("try: pass\nexcept A, B as e: pass", "t", "exec")
except SyntaxError as e:
    print(e.msg)  # expect: multiple exception types must be parenthesized when using 'as'
