class C:
    a = 1
    locals()["b"] = 2
print(C.b)  # expect: 2
print(sorted(k for k in vars(C) if len(k) == 1))  # expect: ['a', 'b']
