def f():
    x = {
        "a": 1,
