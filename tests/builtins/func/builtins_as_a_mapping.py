# `__builtins__` in the globals may be any mapping; names are asked of it one by one.
class Mapping:
    def __getitem__(self, name):
        if name == "__import__":
            return lambda *args: ("imported", args[0])
        if name == "hidden":
            raise KeyError(name)
        return f"<{name}>"
m = Mapping()
print(eval("anything", {"__builtins__": m}), eval("(lambda: other)()", {"__builtins__": m}))  # expect: <anything> <other>
g = {"__builtins__": m}
exec("import os\ndef f(): return name", g)
print(g["os"], g["f"](), g["f"].__builtins__ is m)  # expect: ('imported', 'os') <name> True
for source, builtins in ("hidden", m), ("hidden", {}), ("x", 5), ("x", []), ("(lambda: x)()", 5):
    try:
        exec(source, {"__builtins__": builtins})
    except Exception as e:
        print(type(e).__name__, e)
# expect: NameError name 'hidden' is not defined
# expect: NameError name 'hidden' is not defined
# expect: TypeError 'int' object is not subscriptable
# expect: TypeError list indices must be integers or slices, not str
# expect: TypeError 'int' object is not subscriptable
class Default(dict):
    def __missing__(self, name): return "missing " + name
print(eval("spam", {"__builtins__": Default()}), eval("(lambda: eggs)()", {"__builtins__": Default()}))  # expect: missing spam missing eggs
# Globals that name no builtins inherit those of the running frame, as a dict.
own = {"exec": exec, "len": lambda x: "own"}
g = {}
exec("exec('r = len(5)', g)", {"__builtins__": own, "g": g})
print(g["r"], g["__builtins__"] is own)  # expect: own True
exec("", g := {})
print(type(g["__builtins__"]).__name__, type(__builtins__).__name__)  # expect: dict module
