def check(src):
    try:
        compile(src, "t", "exec")
        return "ok"
    except (SyntaxError, RecursionError, MemoryError) as e:
        return "refused"
print(check("".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass"))  # expect: ok
print(check("".join(" " * i + "if 1:\n" for i in range(5000)) + " " * 5000 + "pass"))  # expect: refused
print(check("".join(" " * i + "while 1:\n" for i in range(15)) + " " * 15 + "pass"))  # expect: ok
print(check("".join(" " * i + "with a:\n" for i in range(50)) + " " * 50 + "pass"))  # expect: refused
print(check("".join(" " * i + "def f():\n" for i in range(50)) + " " * 50 + "pass"))  # expect: ok
print(check("if 1: pass\n" + "elif 1: pass\n" * 20000) in ("ok", "refused"))  # expect: True
