print(callable(len), callable(int), callable(lambda: 0), callable(5), callable(type("C", (), {"__call__": lambda s: 0})()))  # expect: True True True False True
print(type(5), type(type), type(None), type(len), type(print) is type(len), type([].append), type(lambda: 0), type(str.upper), type(int.__add__), type((5).__add__), type(dict.fromkeys), type(object.__init__), type(object().__init__), type(int.real), type(type.__dict__["__doc__"]), type(range(0)), type(iter([])), type(iter(())), type(iter({})), type({}.keys()), type(...), type(NotImplemented))  # expect: <class 'int'> <class 'type'> <class 'NoneType'> <class 'builtin_function_or_method'> True <class 'builtin_function_or_method'> <class 'function'> <class 'method_descriptor'> <class 'wrapper_descriptor'> <class 'method-wrapper'> <class 'builtin_function_or_method'> <class 'wrapper_descriptor'> <class 'method-wrapper'> <class 'getset_descriptor'> <class 'getset_descriptor'> <class 'range'> <class 'list_iterator'> <class 'tuple_iterator'> <class 'dict_keyiterator'> <class 'dict_keys'> <class 'ellipsis'> <class 'NotImplementedType'>
a = object()
print(id(a) == id(a), id(a) != id(object()), isinstance(id(a), int))  # expect: True True True
for f in (lambda: callable(), lambda: id(), lambda: type(), lambda: id(1, 2), lambda: callable(x=1)):
    try:
        f()
    except TypeError as e:
        print(e)
# expect: callable() takes exactly one argument (0 given)
# expect: id() takes exactly one argument (0 given)
# expect: type() takes 1 or 3 arguments
# expect: id() takes exactly one argument (2 given)
# expect: callable() takes no keyword arguments
