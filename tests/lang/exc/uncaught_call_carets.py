def f(*args, **kw):
    raise TypeError("bad call")
values = [1]
print("before", f(1, 2, key=[x for x in values], other={"a": 1}) + 1)
