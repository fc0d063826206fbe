try:
    assert 1 == 2
except AssertionError as e:
    print(repr(e))  # expect: AssertionError()
try:
    assert 0, "message"
except AssertionError as e:
    print(repr(e))  # expect: AssertionError('message')
try:
    assert 0, ("a", 1)
except AssertionError as e:
    print(repr(e))  # expect: AssertionError(('a', 1))
assert 1, 1 / 0
AssertionError = KeyError
try:
    assert False
except Exception as e:
    print(type(e).__name__)  # expect: AssertionError
