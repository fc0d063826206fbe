class D:
    def __set_name__(self, o, n): print("set_name", n)
class Base:
    def __init_subclass__(cls): print("init_subclass", cls.__name__)
class C(Base):
    x = D()
# expect: set_name x
# expect: init_subclass C
