def f(a, b):
    assert a == b, (
        "differs"
    )
f(
    1,
    2,
)
