import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    x = eval("~t", {"t": True})
print(x, [str(m.message)[:45] for m in w])  # expect: -2 ["Bitwise inversion '~' on bool is deprecated a"]
