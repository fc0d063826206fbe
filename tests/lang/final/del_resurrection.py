saved = []
class C:
    def __del__(self):
        print("del")
        saved.append(self)
c = C()
del c  # expect: del
print(len(saved), type(saved[0]).__name__)  # expect: 1 C
saved.clear()
print("a finaliser runs once only")  # expect: a finaliser runs once only
