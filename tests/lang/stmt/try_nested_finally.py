def f():
    try:
        try:
            raise ValueError("inner")
        finally:
            print("first finally")
    except ValueError as e:
        print("caught", e)
        try:
            raise KeyError("second")
        except KeyError:
            print("nested", repr(e))
    finally:
        print("last finally")
f()
# expect: first finally
# expect: caught inner
# expect: nested ValueError('inner')
# expect: last finally
