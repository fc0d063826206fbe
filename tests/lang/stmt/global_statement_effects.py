def make():
    global made, Class
    made = 1
    class Class: pass
    def inner():
        global other
        import sys as other
    inner()
make()
print(made, Class.__qualname__, other.__name__)  # expect: 1 Class sys
def loop():
    global i
    for i in range(3): pass
loop()
print(i)  # expect: 2
def dele():
    global made
    del made
dele()
print("made" in globals())  # expect: False
