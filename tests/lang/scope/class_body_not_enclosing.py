# Functions in a class body do not see the class's names.
x = "module"
class C:
    x = "class"
    def get(self):
        return x
    y = [x for _ in range(1)]
    z = x
print(C().get(), C.y, C.z)  # expect: module ['module'] class
