def outer():
    def inner():
        return value
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    value = 5
    print(inner())
    del value
    try:
        inner()
    except NameError as e:
        print(e)
outer()
# expect: NameError cannot access free variable 'value' where it is not associated with a value in enclosing scope
# expect: 5
# expect: cannot access free variable 'value' where it is not associated with a value in enclosing scope
