def outer():
    n = 3
    def inner():
        nonlocal n
        n += 1
        return n
    exec(inner.__code__, globals(), closure=inner.__closure__)
    return n
print(outer())  # expect: 4
