src = "x = 1\n" * 1000000
code = compile(src, "big", "exec")
ns = {}
exec(code, ns)
print(ns["x"])  # expect: 1
src = "\n" * 1000000 + "raise ValueError"
try:
    exec(compile(src, "big", "exec"))
except ValueError as e:
    print(e.__traceback__.tb_next.tb_lineno)  # expect: 1000001
