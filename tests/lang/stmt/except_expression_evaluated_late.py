def which(name, kind):
    print("evaluate", name)
    return kind
try:
    raise KeyError("k")
except which("first", ValueError):  # expect: evaluate first
    pass
except which("second", KeyError):  # expect: evaluate second
    print("handled")  # expect: handled
except which("third", Exception):
    pass
