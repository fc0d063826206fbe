# The values are taken when the star is reached.
l = [1]
def add():
    l.append(2)
    return 9
print((lambda *a: a)(*l, add()), l)  # expect: (1, 9) [1, 2]
