print((n := 10) + n)  # expect: 20
if (m := [1, 2, 3]) and len(m) > 2:
    print(m)  # expect: [1, 2, 3]
data = iter([1, 2, 0, 3])
out = []
while (v := next(data)):
    out.append(v)
print(out, v)  # expect: [1, 2] 0
print([last := i for i in range(3)], last)  # expect: [0, 1, 2] 2
print((a := 1, b := 2), a, b)  # expect: (1, 2) 1 2
def f(x=(d := 5)): return x
print(f(), d)  # expect: 5 5
