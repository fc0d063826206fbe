e = ValueError("a", 1)
print(e.args, str(e), repr(e), e.__traceback__, e.__cause__, e.__context__, e.__suppress_context__)  # expect: ('a', 1) ('a', 1) ValueError('a', 1) None None None False
print(str(ValueError()), repr(ValueError()), str(ValueError("x")), repr(ValueError("x",)), str(KeyError("k")), str(KeyError()), str(KeyError(1, 2)))  # expect:  ValueError() x ValueError('x') 'k'  (1, 2)
e.args = [1, 2]
print(e.args)  # expect: (1, 2)
e.extra = 1
print(e.__dict__)  # expect: {'extra': 1}
for attr, v in (("__cause__", 5), ("__context__", 5), ("__traceback__", 5), ("__suppress_context__", "x"), ("args", 5)):
    try:
        setattr(e, attr, v)
        print(attr, "ok", getattr(e, attr))
    except TypeError as x:
        print(x)
# expect: exception cause must be None or derive from BaseException
# expect: exception context must be None or derive from BaseException
# expect: __traceback__ must be a traceback or None
# expect: attribute value type must be bool
# expect: 'int' object is not iterable
try:
    del e.args
except TypeError as x:
    print(x)  # expect: args may not be deleted
print(e.with_traceback(None) is e)  # expect: True
try:
    e.with_traceback(5)
except TypeError as x:
    print(x)  # expect: __traceback__ must be a traceback or None
