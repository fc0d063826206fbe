print(0 or "" or [] or None)  # expect: None
print(1 and "x" and [2])  # expect: [2]
print(0 and 1 / 0, 1 or 1 / 0)  # expect: 0 1
print(not [], not not "a")  # expect: True True
class T:
    def __bool__(self):
        print("bool")
        return False
t = T()
print((t or 5), (t and 5) is t)
# expect: bool
# expect: bool
# expect: 5 True
