def show(x):
    print("evaluated", x)
    return [x]
g = (b for a in show(1) for b in show(2))  # expect: evaluated 1
print("made")  # expect: made
print(next(g))
# expect: evaluated 2
# expect: 2
