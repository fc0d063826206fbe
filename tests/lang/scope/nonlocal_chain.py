def a():
    v = 1
    def b():
        def c():
            nonlocal v
            v = v * 10
        c()
        c()
    b()
    return v
print(a())  # expect: 100
