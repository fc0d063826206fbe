src = "x = [" + "1," * 300000 + "]"
ns = {}
exec(src, ns)
print(len(ns["x"]))  # expect: 300000
exec("s = '" + "a" * 1000000 + "'", ns)
print(len(ns["s"]))  # expect: 1000000
exec("y" * 100000 + " = 5", ns)
print(ns["y" * 100000])  # expect: 5
