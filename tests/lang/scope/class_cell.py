# Methods that name `super` or `__class__` get a cell with the class.
class A:
    def me(self):
        return __class__
class B(A):
    pass
print(B().me().__name__)  # expect: A
print(A.me.__closure__[0].cell_contents is A)  # expect: True
print(A.me.__code__.co_freevars)  # expect: ('__class__',)
