print(..., Ellipsis is ..., type(...).__name__)  # expect: Ellipsis True ellipsis
print(NotImplemented, type(NotImplemented)() is NotImplemented, type(...)() is ...)  # expect: NotImplemented True True
try:
    bool(NotImplemented)
except TypeError as e:
    print(e)  # expect: NotImplemented should not be used in a boolean context
print(type(None)(), bool(...))  # expect: None True
for k in (type(None), type(...), type(NotImplemented)):
    try:
        k(1)
    except TypeError as e:
        print(e)
# expect: NoneType takes no arguments
# expect: EllipsisType takes no arguments
# expect: NotImplementedType takes no arguments
