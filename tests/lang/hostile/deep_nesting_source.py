import sys
def check(src):
    try:
        compile(src, "t", "eval")
        return "ok"
    except (SyntaxError, RecursionError, MemoryError) as e:
        return "refused"
print(check("(" * 50 + ")" * 50))  # expect: ok
print(check("(" * 100000))  # expect: refused
print(check("(" * 100000 + "1" + ")" * 100000))  # expect: refused
print(check("[" * 100000 + "]" * 100000))  # expect: refused
print(check("-" * 200000 + "1"))  # expect: refused
print(check("~" * 200000 + "1"))  # expect: refused
print(check("not " * 100000 + "1"))  # expect: refused
print(check("lambda: " * 100000 + "1"))  # expect: refused
print(check("a" + ".b" * 200000) in ("ok", "refused"))  # expect: True
print(check("a" + "[0]" * 100000) in ("ok", "refused"))  # expect: True
print(check("a" + "()" * 100000) in ("ok", "refused"))  # expect: True
print(check("f'" + "{" * 100000))  # expect: refused
print(check("{" * 100000 + "}" * 100000))  # expect: refused
print(check("1 if 1 else " * 50000 + "1") in ("ok", "refused"))  # expect: True
print(check("a == " * 50000 + "1"))  # expect: ok
print(check("1" + " + 1" * 100000) in ("ok", "refused"))  # expect: True
print(check("1" + " ** 1" * 100000) in ("ok", "refused"))  # expect: True
print(check("1" + " and 1" * 100000))  # expect: ok
