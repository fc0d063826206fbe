# How builtins count their arguments, and which names they suggest.
def t(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except TypeError as e:
        print(e)
t("a".replace, "b")  # expect: replace() takes at least 2 positional arguments (1 given)
t(eval)  # expect: eval() takes at least 1 positional argument (0 given)
t(int, 1, 2, 3)  # expect: int expected at most 2 arguments, got 3
t(int, "1", base=2, c=3)  # expect: int() takes at most 2 arguments (3 given)
t(int, "1", bse=2)  # expect: int() got an unexpected keyword argument 'bse'. Did you mean 'base'?
t("a".split, sepp=1)  # expect: split() got an unexpected keyword argument 'sepp'. Did you mean 'sep'?
t(print, flsh=1)  # expect: print() got an unexpected keyword argument 'flsh'. Did you mean 'flush'?
t(max, [1], key=None, default=1, z=3)  # expect: max() takes at most 2 keyword arguments (3 given)
t(zip, strict=1, foo=2)  # expect: zip() takes at most 1 keyword argument (2 given)
t(map, int, [], strict=True, foo=1)  # expect: map() takes at most 1 keyword argument (2 given)
