# What goes wrong in making the exception is thrown into the generator.
class E(Exception):
    def __new__(cls, *args):
        return cls

class F(Exception):
    def __init__(self, *args):
        raise KeyError("init")

def plain():
    yield

def catching():
    try:
        yield 1
    except (TypeError, KeyError) as e:
        yield type(e).__name__, str(e)

for cls in (E, F):
    g = plain()
    next(g)
    try:
        g.throw(cls)
    except Exception as e:
        print(type(e).__name__, list(g))
    g = catching()
    next(g)
    print(g.throw(cls))
# expect: TypeError []
# expect: ('TypeError', "calling <class '__main__.E'> should have returned an instance of BaseException, not type")
# expect: KeyError []
# expect: ('KeyError', "'init'")
