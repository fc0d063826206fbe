# The right side first, then targets from left to right.
def show(x, tag):
    print(tag, end=" ")
    return x
d = {}
show(d, "target1")[show("k", "key1")] = show(d, "target2")[show("j", "key2")] = show(5, "value")
print(d)  # expect: value target1 key1 target2 key2 {'k': 5, 'j': 5}
i, d2 = 0, [9, 9]
i, d2[i] = 1, 7
print(i, d2)  # expect: 1 [9, 7]
class Box: pass
b = Box()
show(b, "obj").attr = show(1, "value")
print(b.attr)  # expect: value obj 1
show([1, 2], "list")[show(0, "index")] += show(5, "value")
print()  # expect: list index value 
