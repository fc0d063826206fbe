u = int | str
print(u, repr(int | None), type(u).__name__, u.__args__, u == str | int, hash(u) == hash(str | int), int | int, int | str | int, isinstance(1, u), issubclass(bool, u), u | float, None | int, (int | str) == (str | int), u.__parameters__, list[int] | None, u != int)  # expect: int | str int | None Union (<class 'int'>, <class 'str'>) True True <class 'int'> int | str True True int | str | float None | int True () list[int] | None True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: int | 5)  # expect: TypeError unsupported operand type(s) for |: 'type' and 'int'
t(lambda: 5 | int)  # expect: TypeError unsupported operand type(s) for |: 'int' and 'type'
t(lambda: int | "x")  # expect: TypeError unsupported operand type(s) for |: 'type' and 'str'
t(lambda: isinstance(1, int | list[int]))  # expect: True
t(lambda: isinstance(1, list[int] | int))  # expect: TypeError isinstance() argument 2 cannot be a parameterized generic
t(lambda: u())  # expect: TypeError 'typing.Union' object is not callable
t(lambda: u[int])  # expect: TypeError int | str is not a generic class
t(lambda: type(u)())  # expect: TypeError cannot create 'typing.Union' instances
t(lambda: setattr(u, "x", 1))  # expect: AttributeError 'typing.Union' object has no attribute 'x' and no __dict__ for setting new attributes
t(lambda: issubclass(5, u))  # expect: TypeError issubclass() arg 1 must be a class
print(type(u)[int, str], u.__origin__ if hasattr(u, "__origin__") else "no origin", u.__module__ if hasattr(u, "__module__") else "")  # expect: int | str <class 'typing.Union'> typing
