print(str.upper("a"), str.join(",", ["a", "b"]), "abc".__len__(), "a".__add__("b"), "a".__mul__(3), "a".__rmul__(2), "abc".__contains__("b"), "a".__eq__("a"), "a".__eq__(1), "a".__lt__("b"), "a".__mod__(()), "abc".__getitem__(1), "a".__hash__() == hash("a"), "a".__format__(">3"), "a".__getnewargs__(), "x".__rmod__("%s"), "abc".__iter__().__next__(), "a".__sizeof__() > 0)  # expect: A a,b 3 ab aaa aa True True NotImplemented True a b True   a ('a',) x a True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: "a".__add__(1))  # expect: TypeError can only concatenate str (not "int") to str
t(lambda: "a".__mul__("b"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: "a".__lt__(1))  # expect: NotImplemented
t(lambda: str.upper())  # expect: TypeError unbound method str.upper() needs an argument
t(lambda: "a".nonesuch)  # expect: AttributeError 'str' object has no attribute 'nonesuch'
t(lambda: setattr("a", "x", 1))  # expect: AttributeError 'str' object has no attribute 'x' and no __dict__ for setting new attributes
t(lambda: "a" - "b")  # expect: TypeError unsupported operand type(s) for -: 'str' and 'str'
t(lambda: -"a")  # expect: TypeError bad operand type for unary -: 'str'
t(lambda: "a"())  # expect: TypeError 'str' object is not callable
t(lambda: "abc".__getitem__("x"))  # expect: TypeError string indices must be integers, not 'str'
print(len([m for m in dir(str) if not m.startswith("_")]), [m for m in dir(str) if not m.startswith("_")])  # expect: 47 ['capitalize', 'casefold', 'center', 'count', 'encode', 'endswith', 'expandtabs', 'find', 'format', 'format_map', 'index', 'isalnum', 'isalpha', 'isascii', 'isdecimal', 'isdigit', 'isidentifier', 'islower', 'isnumeric', 'isprintable', 'isspace', 'istitle', 'isupper', 'join', 'ljust', 'lower', 'lstrip', 'maketrans', 'partition', 'removeprefix', 'removesuffix', 'replace', 'rfind', 'rindex', 'rjust', 'rpartition', 'rsplit', 'rstrip', 'split', 'splitlines', 'startswith', 'strip', 'swapcase', 'title', 'translate', 'upper', 'zfill']
