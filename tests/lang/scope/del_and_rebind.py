def f():
    x = 1
    del x
    try:
        x
    except UnboundLocalError as e:
        print(e)
    x = 2
    return x
print(f())
# expect: cannot access local variable 'x' where it is not associated with a value
# expect: 2
try:
    del nothing
except NameError as e:
    print(e)  # expect: name 'nothing' is not defined
