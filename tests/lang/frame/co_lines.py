def f(x):
    a = 1
    if x:
        b = 2
    return a
lines = sorted({l for _, _, l in f.__code__.co_lines() if l is not None})
print(lines, f.__code__.co_firstlineno, f.__code__.co_filename.endswith("co_lines.py"))  # expect: [1, 2, 3, 4, 5] 1 True
