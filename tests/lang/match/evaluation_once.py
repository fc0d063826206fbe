def subject():
    print("subject evaluated")
    return 3
def guard(x):
    print("guard", x)
    return x == 3
match subject():
    case 1: pass
    case x if guard(0): pass
    case x if guard(x): print("matched", x)
# expect: subject evaluated
# expect: guard 0
# expect: guard 3
# expect: matched 3
