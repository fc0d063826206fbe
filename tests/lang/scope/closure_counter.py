# A closure keeps its own cell; two closures made by one call share it.
def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def peek():
        return n
    return up, peek

up, peek = counter()
up(); up()
print(peek())  # expect: 2
other, _ = counter()
print(other(), peek())  # expect: 1 2
