# A walrus inside a comprehension binds in the containing function.
def f():
    found = [y := x * x for x in range(4)]
    return found, y
print(f())  # expect: ([0, 1, 4, 9], 9)
print(any((hit := n) > 2 for n in [1, 2, 3, 4]), hit)  # expect: True 3
