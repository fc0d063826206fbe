x: int = 1
y: str
if False:
    z: float
print(__annotations__ if "__annotations__" in globals() else "absent")  # expect: absent
import sys
m = sys.modules[__name__]
print(m.__annotations__)  # expect: {'x': <class 'int'>, 'y': <class 'str'>}
print(__annotate__(1))  # expect: {'x': <class 'int'>, 'y': <class 'str'>}
try:
    y
except NameError as e:
    print(e)  # expect: name 'y' is not defined
def f():
    a: undefined_in_function
    b: int = 2
    return b
print(f(), f.__annotations__)  # expect: 2 {}
