x = 1; y = 2; print(x + y);
# expect: 3
if x: print("one line"); print("two on it")
# expect: one line
# expect: two on it
z = (1 +
     2)
w = 1 + \
    2
print(z, w)  # expect: 3 3
def f(): a = 1; return a
print(f())  # expect: 1
class C: x = 1; y = 2
print(C.x + C.y)  # expect: 3
while x: x -= 1
else: print("else on a line")  # expect: else on a line
