def t(src):
    try:
        print(eval(src))
    except TypeError as e:
        print(e)
t("len()")  # expect: len() takes exactly one argument (0 given)
t("len(1, 2)")  # expect: len() takes exactly one argument (2 given)
t("len(x=1)")  # expect: len() takes no keyword arguments
t("abs()")  # expect: abs() takes exactly one argument (0 given)
t("[].append()")  # expect: list.append() takes exactly one argument (0 given)
t("[].append(1, 2)")  # expect: list.append() takes exactly one argument (2 given)
t("'a'.upper(1)")  # expect: str.upper() takes no arguments (1 given)
t("'a'.split(1)")  # expect: must be str or None, not int
t("'a'.split(sep=1)")  # expect: must be str or None, not int
t("'a'.split(foo=1)")  # expect: split() got an unexpected keyword argument 'foo'
t("'a'.replace('a')")  # expect: replace() takes at least 2 positional arguments (1 given)
t("int('1', 2, 3)")  # expect: int expected at most 2 arguments, got 3
t("int(x=1)")  # expect: int() got an unexpected keyword argument 'x'
t("int(base=2)")  # expect: int() missing string argument
t("{}.get()")  # expect: get expected at least 1 argument, got 0
t("{}.get(1, 2, 3)")  # expect: get expected at most 2 arguments, got 3
t("sorted()")  # expect: sorted expected 1 argument, got 0
t("sorted([1], lambda x: x)")  # expect: sorted expected 1 argument, got 2
t("sorted([1], key=1, foo=2)")  # expect: sort() got an unexpected keyword argument 'foo'
t("isinstance(1)")  # expect: isinstance expected 2 arguments, got 1
t("isinstance(1, 2)")  # expect: isinstance() arg 2 must be a type, a tuple of types, or a union
t("list(1, 2)")  # expect: list expected at most 1 argument, got 2
t("list(x=1)")  # expect: list() takes no keyword arguments
t("dict(1, 2)")  # expect: dict expected at most 1 argument, got 2
t("range()")  # expect: range expected at least 1 argument, got 0
t("range(1, 2, 3, 4)")  # expect: range expected at most 3 arguments, got 4
t("range('a')")  # expect: 'str' object cannot be interpreted as an integer
t("ord('ab')")  # expect: ord() expected a character, but string of length 2 found
t("ord(5)")  # expect: ord() expected string of length 1, but int found
t("chr('a')")  # expect: 'str' object cannot be interpreted as an integer
t("str.upper()")  # expect: unbound method str.upper() needs an argument
t("str.upper(1)")  # expect: descriptor 'upper' for 'str' objects doesn't apply to a 'int' object
t("list.append(5, 1)")  # expect: descriptor 'append' for 'list' objects doesn't apply to a 'int' object
t("int.__add__(1)")  # expect: expected 1 argument, got 0
t("object(1)")  # expect: object() takes no arguments
t("object.__new__()")  # expect: object.__new__(): not enough arguments
t("object.__new__(5)")  # expect: object.__new__(X): X is not a type object (int)
t("type.__call__()")  # expect: descriptor '__call__' of 'type' object needs an argument
t("enumerate()")  # expect: enumerate() missing required argument 'iterable'
t("zip(1)")  # expect: 'int' object is not iterable
t("zip([], strict=1, foo=2)")  # expect: zip() takes at most 1 keyword argument (2 given)
t("map(1)")  # expect: map() must have at least two arguments.
t("min()")  # expect: min expected at least 1 argument, got 0
t("min(1)")  # expect: 'int' object is not iterable
t("max([], key=1, default=3, z=4)")  # expect: max() takes at most 2 keyword arguments (3 given)
t("sum(['a'])")  # expect: unsupported operand type(s) for +: 'int' and 'str'
t("sum([], 'a')")  # expect: sum() can't sum strings [use ''.join(seq) instead]
t("getattr(1)")  # expect: getattr expected at least 2 arguments, got 1
t("getattr(1, 2)")  # expect: attribute name must be string, not 'int'
t("print(1, foo=2)")  # expect: print() got an unexpected keyword argument 'foo'
t("open()")  # expect: open() missing required argument 'file' (pos 1)
t("hash([])")  # expect: unhashable type: 'list'
t("iter(1)")  # expect: 'int' object is not iterable
t("iter(1, 2)")  # expect: iter(v, w): v must be callable
t("next(1)")  # expect: 'int' object is not an iterator
t("round('a')")  # expect: type str doesn't define __round__ method
t("divmod(1)")  # expect: divmod expected 2 arguments, got 1
t("pow(1)")  # expect: pow() missing required argument 'exp' (pos 2)
t("bytes(1, 2)")  # expect: bytes() argument 'encoding' must be str, not int
t("''.join(1)")  # expect: can only join an iterable
t("''.join([1])")  # expect: sequence item 0: expected str instance, int found
t("b''.join(['a'])")  # expect: sequence item 0: expected a bytes-like object, str found
