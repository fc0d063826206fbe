a = []
b = a
print(a is b, a is not [], id(a) == id(b))  # expect: True True True
print(None is None, True is True, () is (), "" is "")  # expect: True True True True
print((lambda: 0) is (lambda: 0))  # expect: False
x = 256
print(x is 256)  # expect: True
