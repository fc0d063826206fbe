match = 1
case = 2
type = 3
_ = 4
print(match, case, type, _)  # expect: 1 2 3 4
match[0] if False else None
print(match - 1, match + case)  # expect: 0 3
def f(match, case=None): return match
print(f(match=5))  # expect: 5
match (5):
    case case: print(case)
# expect: 5
match, case = 7, 8
print(match, case)  # expect: 7 8
type X = int
print(X)  # expect: X
class match: pass
print(match.__name__)  # expect: match
match x := 5:
    case 5: print("walrus subject", x)
# expect: walrus subject 5
