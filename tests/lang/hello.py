print("hello")
for i in range(2):
    print(i)
def f():
    print("in")
    print("f")
f()
if True:
    print("a")
    print("b")
class D:
    def __del__(self): print("bye")
d = D()
print("end")
# expect: hello
# expect: 0
# expect: 1
# expect: in
# expect: f
# expect: a
# expect: b
# expect: end
# expect: bye
