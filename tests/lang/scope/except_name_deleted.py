# The name of an except clause is unbound after it.
try:
    1 / 0
except ZeroDivisionError as e:
    pass
try:
    e
except NameError as err:
    print(err)  # expect: name 'e' is not defined
def f():
    e = "kept?"
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as x:
        return str(x)
print(f())  # expect: cannot access local variable 'e' where it is not associated with a value
