def f():
    a = 1
    def g(): return a
    return g
cell = f().__closure__[0]
print(cell.cell_contents)  # expect: 1
cell.cell_contents = 9
print(cell.cell_contents)  # expect: 9
del cell.cell_contents
try:
    cell.cell_contents
except ValueError as e:
    print(e)  # expect: Cell is empty

c = type(cell)(4)
print(c == type(cell)(4), c < type(cell)(5))  # expect: True True
