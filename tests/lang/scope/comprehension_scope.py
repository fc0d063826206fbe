# The target of a comprehension does not leak; the first iterable is evaluated outside.
i = "outer"
print([i for i in range(3)], i)  # expect: [0, 1, 2] outer
class C:
    n = 3
    a = [k for k in range(n)]
    try:
        b = [n for k in range(2)]
    except NameError as e:
        b = str(e)
print(C.a, C.b)  # expect: [0, 1, 2] name 'n' is not defined
