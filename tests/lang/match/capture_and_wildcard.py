match 5:
    case x: print("captured", x)
# expect: captured 5
print(x)  # expect: 5
match [1, 2]:
    case [_, _]: print("two")
# expect: two
try:
    _
except NameError as e:
    print(e)  # expect: name '_' is not defined
match 7:
    case y if y > 10: print("no")
    case z if z > 5: print("guard", z, y)
# expect: guard 7 7
