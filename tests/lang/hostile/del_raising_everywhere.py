class C:
    def __del__(self): raise ValueError("x")
def f():
    c = C()
    return 5
print(f())  # expect: 5
l = [C() for _ in range(3)]
l.clear()
try:
    c = C()
    del c
    print("no exception seen")  # expect: no exception seen
except ValueError:
    print("seen")
for x in [C()]: pass
x = None
print("end")  # expect: end
