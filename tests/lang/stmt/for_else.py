for x in [1, 2]:
    pass
else:
    print("exhausted", x)  # expect: exhausted 2
for x in []:
    pass
else:
    print("empty runs else")  # expect: empty runs else
for x in [1, 2]:
    if x == 1: break
else:
    print("never")
print(x)  # expect: 1
