def check(src):
    try:
        compile(src, "t", "exec")
    except SyntaxError as e:
        print(e.msg)
check("__debug__ = 1")  # expect: cannot assign to __debug__
check("def f(__debug__): pass")  # expect: cannot assign to __debug__
check("del __debug__")  # expect: cannot delete __debug__
check("x.__debug__ = 1")  # expect: cannot assign to __debug__
check("f(__debug__=1)")  # expect: cannot assign to __debug__
check("import a as __debug__")  # expect: cannot assign to __debug__
check("for __debug__ in x: pass")  # expect: cannot assign to __debug__
print(__debug__)  # expect: True
