src = "def f():\n" + "".join(f" v{i} = {i}\n" for i in range(1000)) + " return v0 + v500 + v999\n"
ns = {}
exec(src, ns)
print(ns["f"]())  # expect: 1499
src = "def f():\n" + "".join(f" v{i} = {i}\n" for i in range(400)) + " def g(): return " + " + ".join(f"v{i}" for i in range(400)) + "\n return g()\n"
exec(src, ns)
print(ns["f"]())  # expect: 79800
src = "x = " + " + ".join(["1"] * 2000)
exec(src, ns)
print(ns["x"])  # expect: 2000
