class A(Exception): pass
class B(A): pass
def f(exc, *handlers):
    try:
        raise exc
    except handlers as e:
        return type(e).__name__
    except BaseException as e:
        return "fell through: " + repr(e)
print(f(B(), A), f(A(), B), f(A(), ValueError, A), f(B))  # expect: B fell through: A() A fell through: B()
try:
    try:
        raise ValueError("original")
    except 5:
        pass
except TypeError as e:
    print(e, "|", repr(e.__context__))  # expect: catching classes that do not inherit from BaseException is not allowed | ValueError('original')
try:
    try:
        raise ValueError
    except (ValueError, 3, KeyError):
        print("matched before the bad one")
except TypeError as e:
    print(e)  # expect: catching classes that do not inherit from BaseException is not allowed
