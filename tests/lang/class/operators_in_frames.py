# Special methods of Python classes behind operators: who is asked, in which order, and what the result does.
class Num:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if isinstance(other, Num):
            return Num(self.n + other.n)
        return NotImplemented

    def __radd__(self, other):
        return ("radd", other)

    def __iadd__(self, other):
        if other == 0:
            return NotImplemented
        self.n += 100
        return self

    def __lt__(self, other):
        return [] if self.n > 5 else [1]

    def __eq__(self, other):
        return NotImplemented

    def __getitem__(self, key):
        if key == "missing":
            raise KeyError(key)
        return key, self.n

    def __setitem__(self, key, value):
        self.n = value
        return "ignored"

    def __hash__(self):
        return 1


a, b = Num(1), Num(2)
print((a + b).n, 5 + a)  # expect: 3 ('radd', 5)
try:
    a + 5
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +: 'Num' and 'int'
c = a
c += 1
print(c is a, c.n)  # expect: True 101
try:
    c += 0
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +=: 'Num' and 'int'
print("yes" if Num(1) < b else "no", "yes" if Num(9) < b else "no", Num(9) < b)  # expect: yes no []
print(a == b, a == a, a != b, "same" if a == a else "other")  # expect: False True True same
a["k"] = 7
print(a.n, a["x"])  # expect: 7 ('x', 7)
try:
    a["missing"]
except KeyError as e:
    print("KeyError", e, e.__traceback__.tb_next.tb_frame.f_code.co_name)  # expect: KeyError 'missing' __getitem__


class Sub(Num):
    def __radd__(self, other):
        return "sub first"

    def __gt__(self, other):
        return "sub gt"


print(a + Sub(1), a < Sub(1))  # expect: sub first sub gt


class Truth:
    def __bool__(self):
        raise ZeroDivisionError("no truth")


class Odd:
    def __lt__(self, other):
        return Truth()


try:
    if Odd() < 1:
        print("unreachable")
except ZeroDivisionError as e:
    print(e)  # expect: no truth


class Down:
    def __init__(self, n):
        self.n = n

    def __sub__(self, other):
        return self.n if self.n == 0 else Down(self.n - 1) - other


print(Down(200) - 1)  # expect: 0


class Endless:
    def __mul__(self, other):
        return self * other


try:
    Endless() * 2
except RecursionError as e:
    print("RecursionError")  # expect: RecursionError


def steps():
    n = Num(1)
    n = n + Num(1)
    yield n.n
    if n < n:
        yield n[0]
    n += 5
    yield n.n


print(list(steps()))  # expect: [2, (0, 2), 102]


class Grow:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * i


print([x for x in Grow()], [Grow()[i] for i in range(3)])  # expect: [0, 1, 4] [0, 1, 4]


class Caller:
    def __call__(self, *args, **kw):
        return args, kw


call = Caller()
print(call(1, x=2), call(), call(*[1, 2]))  # expect: ((1,), {'x': 2}) ((), {}) ((1, 2), {})
