def t(f):
    try:
        f()
    except TypeError as e:
        print(e)
t(lambda: 5())  # expect: 'int' object is not callable
t(lambda: None())  # expect: 'NoneType' object is not callable
t(lambda: "x"(1))  # expect: 'str' object is not callable
t(lambda: [1](0))  # expect: 'list' object is not callable
class C:
    __call__ = 3
t(lambda: C()())  # expect: 'int' object is not callable
class D: pass
d = D()
d.__call__ = lambda: "instance call is not used"
t(lambda: d())  # expect: 'D' object is not callable
t(lambda: (1, 2)(3))  # expect: 'tuple' object is not callable
import sys
t(lambda: sys())  # expect: 'module' object is not callable
