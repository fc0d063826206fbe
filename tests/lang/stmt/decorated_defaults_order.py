# Decorators, then defaults, then the function, then the decorators' calls.
def show(x):
    print(x, end=" ")
    return x
def deco(f):
    print("applied")
    return f
@(show("decorator"), deco)[1]
def f(a=show("default a"), *, k=show("kw k"), b=show("kw b")) -> show("never now"): pass
# expect: decorator default a kw k kw b applied
f()
@(show("decorator"), deco)[1]
class C(show(object), metaclass=show(type)):
    show("body")
# expect: decorator <class 'object'> <class 'type'> body applied
