# Properties, data descriptors and instances that have a real __dict__, at one site after another.
class Clamp:
    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return obj.__dict__[self.slot]

    def __set__(self, obj, value):
        if value == 1000:
            raise ValueError("unlucky")
        obj.__dict__[self.slot] = value & 0xFF
        return "ignored"


class T:
    level = Clamp()

    def __init__(self):
        self._v = 0
        self.level = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, x):
        if x == 1000:
            raise ValueError("unlucky property")
        self._v = x
        return ["ignored"]

    @property
    def fails(self):
        raise AttributeError("inner")

    def method(self):
        return self._v

    @classmethod
    def label(cls):
        return cls.__name__


def work(t, n):
    for i in range(n):
        t.v = t.v + 2
        t.level = t.level + i
        for bad in (lambda: setattr(t, "v", 1000), lambda: setattr(t, "level", 1000)):
            try:
                bad()
            except ValueError as e:
                message = str(e)
        try:
            t.v = 1000
        except ValueError as e:
            last = (message, str(e))
    return t.v, t.level, last, t.method(), t.label()


t = T()
print(work(t, 40))  # expect: (80, 12, ('unlucky', 'unlucky property'), 80, 'T')
t.method = lambda: "own"
print(work(t, 3)[3])  # expect: own
del t.method
print(work(t, 3)[3])  # expect: 92
T.v = property(lambda self: 5)
try:
    work(t, 2)
except AttributeError as e:
    print(e)  # expect: property '<lambda>' of 'T' object has no setter
T.v = 3
print(t.v, T().v)  # expect: 3 3
try:
    t.fails
except AttributeError as e:
    print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)  # expect: inner fails
Clamp.__get__ = lambda self, obj, owner=None: "replaced"


def read(t):
    return t.level


print([read(t) for _ in range(4)][-1])  # expect: replaced
t.__dict__ = {"_v": 1, "extra": 2}
print(read(t), t._v, t.extra, hasattr(t, "gone"))  # expect: replaced 1 2 False
t.__dict__["extra"] = 3
print(t.extra)  # expect: 3


class Base:
    def __init__(self, n):
        self.n = n

    def __new__(cls, *args):
        self = object.__new__(cls)
        object.__setattr__(self, "made", cls.__name__)
        return self


class Derived(Base):
    def __init__(self, n):
        Base.__init__(self, n + 1)


print([(d.n, d.made) for d in map(Derived, range(3))])  # expect: [(1, 'Derived'), (2, 'Derived'), (3, 'Derived')]
for cls in (Base, Derived, int, Clamp):
    print(cls.__name__, end=" ")
print("done")  # expect: Base Derived int Clamp done
