# exec puts __builtins__ in a globals dict that lacks it, and honours one that is there.
d = {"__builtins__": {"abs": lambda x: "fake"}}
print(eval("abs(-1)", d))  # expect: fake
try:
    eval("len('')", d)
except NameError as e:
    print(e)  # expect: name 'len' is not defined
e = {}
eval("1", e)
print(list(e))  # expect: ['__builtins__']
