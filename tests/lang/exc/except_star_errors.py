def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("try: pass\nexcept* A: pass\nexcept B: pass")  # expect: cannot have both 'except' and 'except*' on the same 'try'
check("try: pass\nexcept A: pass\nexcept* B: pass")  # expect: cannot have both 'except' and 'except*' on the same 'try'
check("try: pass\nexcept*: pass")  # expect: expected one or more exception types
check("try: pass\nexcept: pass\nexcept A: pass")  # expect: default 'except:' must be last
check("def f():\n for x in y:\n  try: pass\n  except* A: break")  # expect: 'break', 'continue' and 'return' cannot appear in an except* block
check("def f():\n try: pass\n except* A: return")  # expect: 'break', 'continue' and 'return' cannot appear in an except* block
check("for x in y:\n try: pass\n except* A: continue")  # expect: 'break', 'continue' and 'return' cannot appear in an except* block
check("for x in y:\n try: pass\n except* A:\n  for z in w: break")  # expect: ok
check("try: pass\nexcept* A, B: pass")  # expect: ok
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)  # expect: catching ExceptionGroup with except* is not allowed. Use except instead.
try:
    try:
        raise ValueError
    except* 5:
        pass
except TypeError as e:
    print(e)  # expect: catching classes that do not inherit from BaseException is not allowed
