def t(src):
    try:
        exec(src)
    except TypeError as e:
        print(e)
t("class C(5): pass")  # expect: int expected at most 2 arguments, got 3
t("class C(bool): pass")  # expect: type 'bool' is not an acceptable base type
t("class C(type(None)): pass")  # expect: type 'NoneType' is not an acceptable base type
t("class C(lambda: 0): pass")  # expect: function() argument 'code' must be code, not str
t("class C(int, str): pass")  # expect: multiple bases have instance lay-out conflict
t("class C(dict, list): pass")  # expect: multiple bases have instance lay-out conflict
t("class C(type(lambda: 0)): pass")  # expect: type 'function' is not an acceptable base type
t("class C(range): pass")  # expect: type 'range' is not an acceptable base type
t("class C(slice): pass")  # expect: type 'slice' is not an acceptable base type
t("class C(memoryview): pass")  # expect: type 'memoryview' is not an acceptable base type
t("class C(type(...)): pass")  # expect: type 'ellipsis' is not an acceptable base type
t("class C('x'): pass")  # expect: str() argument 'encoding' must be str, not tuple
t("class C(x=1): pass")  # expect: C.__init_subclass__() takes no keyword arguments
t("class C(metaclass=5): pass")  # expect: 'int' object is not callable
t("class C(object, metaclass=int): pass")  # expect: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases
t("class C(type(iter([]))): pass")  # expect: type 'list_iterator' is not an acceptable base type
t("class C(int | str): pass")  # expect: Cannot subclass int | str
