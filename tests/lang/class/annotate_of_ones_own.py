"""A body with annotations may define `__annotate__`, and a module rebind what tells which annotations were reached."""

class X:
    a: int
    def __annotate__(format):
        return {"a": str}
print(X.__annotate__(1), X.__annotations__)  # expect: {'a': <class 'str'>} {'a': <class 'str'>}

class Z(X):
    a: int
    __annotate__ = None
print(Z.__annotate__, Z.__annotations__)  # expect: None {}

class W:
    a: int
W.__annotate__ = lambda format: {"q": 1}
print(W.__annotate__(1), W.__annotations__)  # expect: {'q': 1} {'q': 1}

for value in ("0", "[]", "frozenset()"):
    try:
        exec(f"__conditional_annotations__ = {value}\nx: int", {})
    except TypeError as e:
        print(e)
# expect: 'int' object is not a set
# expect: 'list' object is not a set
# expect: 'frozenset' object is not a set
