g, l = {"x": 1}, {}
exec("y = x + 1\nglobal z\nz = 5", g, l)
print(l, g["z"])  # expect: {'y': 2} 5
try:
    exec("def f():\n    return y\nf()", {}, {"y": 1})
except NameError as e:
    print(e)  # expect: name 'y' is not defined
d = {}
exec("a = 1", d)
print(sorted(d))  # expect: ['__builtins__', 'a']
