class Eq:
    def __eq__(self, o): return True
match Eq():
    case None | True | False: print("by equality")
    case 5: print("equal to 5")
# expect: equal to 5
match 1:
    case True: print("True")
    case 1: print("one")
# expect: one
