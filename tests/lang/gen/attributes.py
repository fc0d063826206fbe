def g(): yield
it = g()
print(it.__name__, it.__qualname__, it.gi_code is g.__code__, it.gi_suspended)  # expect: g g True False
next(it)
print(it.gi_suspended, it.gi_frame.f_lineno)  # expect: True 1
it.__name__ = "new"
print(repr(it).startswith("<generator object g at 0x"))  # expect: True
it.__qualname__ = "Q"
print(repr(it).startswith("<generator object Q at 0x"))  # expect: True
for attr in ("gi_running", "gi_frame", "gi_code"):
    try:
        setattr(it, attr, 1)
    except AttributeError as e:
        print(e)
# expect: attribute 'gi_running' of 'generator' objects is not writable
# expect: attribute 'gi_frame' of 'generator' objects is not writable
# expect: attribute 'gi_code' of 'generator' objects is not writable
try:
    it.__name__ = 1
except TypeError as e:
    print(e)  # expect: __name__ must be set to a string object
print(iter(it) is it)  # expect: True
try:
    type(it)()
except TypeError as e:
    print(e)  # expect: cannot create 'generator' instances
