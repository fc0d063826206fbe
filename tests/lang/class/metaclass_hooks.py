class M(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", name, bases, kw)
        return {"prepared": True}
    def __new__(mcls, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcls, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print("call", cls.__name__, a)
        return super().__call__(*a)
class A(metaclass=M, flag=1):
    x = 1
    def __init__(self, v): print("instance", v)
# expect: prepare A () {'flag': 1}
# expect: new A ['prepared', 'x'] {'flag': 1}
# expect: init A {'flag': 1}
class B(A, other=2):
    y = 2
# expect: prepare B (<class '__main__.A'>,) {'other': 2}
# expect: new B ['prepared', 'y'] {'other': 2}
# expect: init B {'other': 2}
B(5)
# expect: call B (5,)
# expect: instance 5
print(B.prepared, type(B).__name__)  # expect: True M
