# A class body looks a name up in its own namespace first and then in the globals, dynamically.
x = 1
class C:
    print(x)
    x = 2
    print(x)
    del x
    print(x)
# expect: 1
# expect: 2
# expect: 1
