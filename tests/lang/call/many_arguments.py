names = ["a%d" % i for i in range(300)]
ns = {}
exec("def f(%s): return a0 + a299" % ", ".join(names), ns)
print(ns["f"](*range(300)))  # expect: 299
print(ns["f"](**{n: i for i, n in enumerate(names)}))  # expect: 299
exec("def g(*a): return len(a)\nr = g(%s)" % ", ".join(map(str, range(1000))), ns)
print(ns["r"])  # expect: 1000
exec("x = [%s]" % ",".join(["1"] * 5000), ns)
print(len(ns["x"]))  # expect: 5000
exec("d = {%s}" % ",".join(f"{i}: {i}" for i in range(3000)), ns)
print(len(ns["d"]))  # expect: 3000
