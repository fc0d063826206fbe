def g(): yield
for args in ((5,), (int,), ("x",), (ValueError("a"), "b"), (ValueError, 1, 2)):
    try:
        g().throw(*args)
    except Exception as e:
        print(type(e).__name__, e)
# expect: TypeError exceptions must be classes or instances deriving from BaseException, not int
# expect: TypeError exceptions must be classes or instances deriving from BaseException, not type
# expect: TypeError exceptions must be classes or instances deriving from BaseException, not str
# expect: TypeError instance exception may not have a separate value
# expect: TypeError throw() third argument must be a traceback object
try:
    g().throw()
except TypeError as e:
    print(e)  # expect: throw expected at least 1 argument, got 0
