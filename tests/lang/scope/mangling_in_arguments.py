class C:
    def f(self, __a, *, __b=2):
        return __a + __b
    def g(self):
        import sys as __s
        return __s is not None
    def h(self):
        global __module_name
        __module_name = 1
print(C().f(1), C.f.__code__.co_varnames)  # expect: 3 ('self', '_C__a', '_C__b')
print(C().g())  # expect: True
C().h()
print("_C__module_name" in globals())  # expect: True
