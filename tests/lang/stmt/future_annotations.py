from __future__ import annotations
def f(x: undefined_name, *args: 1 + 1) -> "str":
    y: also_undefined = 1
    return y
print(f(1), f.__annotations__)  # expect: 1 {'x': 'undefined_name', 'args': '1 + 1', 'return': "'str'"}
class C:
    a: B[int] = 1
print(C.__annotations__)  # expect: {'a': 'B[int]'}
x: print("never evaluated")
print(__annotations__)  # expect: {'x': "print('never evaluated')"}
