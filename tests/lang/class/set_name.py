class D:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name
class C:
    a = D()
    b = a
    c = 5
# expect: set_name C a
# expect: set_name C b
C.late = D()
print(hasattr(C.late, "name"))  # expect: False
class Bad:
    def __set_name__(self, owner, name): raise ValueError("no")
try:
    class E:
        x = Bad()
except ValueError as e:
    print(e, e.__notes__)  # expect: no ["Error calling __set_name__ on 'Bad' instance 'x' in 'E'"]
type("Dyn", (), {"z": D()})  # expect: set_name Dyn z
