# What a loop works on changes its type while it runs.
def accumulate(items):
    s = 0
    for x in items:
        s += x
    return s
print(accumulate([1] * 40 + [0.5] * 3 + [True] + [2]))  # expect: 44.5
print(accumulate([0.25] * 40 + [1]))  # expect: 11.0
def store(n):
    out = [0] * 8
    for i in range(n):
        out[i % 8] = i if i < 40 else str(i) if i % 2 else i / 4
    return out
print(store(50))  # expect: [12.0, '49', 10.5, '43', 11.0, '45', 11.5, '47']
def late(n):
    for i in range(n):
        if i == 35:
            x = "now"
        if i > 36:
            print(x, i)
late(39)
# expect: now 37
# expect: now 38
def unbound(n):
    for i in range(n):
        if i > 44:
            y = i
        elif i == 43:
            return y
try:
    unbound(50)
except UnboundLocalError as e:
    print(e)  # expect: cannot access local variable 'y' where it is not associated with a value
class A:
    def __init__(self, v): self.v = v
    def get(self): return self.v
class B(A):
    def get(self): return -self.v
def poly(objects):
    s = 0
    for o in objects:
        s += o.get()
    return s
print(poly([A(1)] * 40 + [B(5)] * 3 + [A(2.5)]))  # expect: 27.5
def nan(n):
    x, count = float("nan"), 0
    for i in range(n):
        if x == x: count += 1
        if not (x < i): count += 2
        if x != i: count += 4
    return count
print(nan(40))  # expect: 240
def truth(items):
    return [1 if x else 0 for x in items]
print(truth([1, 0, 2.0, 0.0, True, False, None, "", "a", [], [0]] * 4)[:11])  # expect: [1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1]
