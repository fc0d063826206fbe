def t(f):
    try:
        f()
        print("ok")
    except RecursionError:
        print("RecursionError")
class A:
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __getattr__(self, n): return getattr(self, n)
    def __call__(self): return self()
    def __iter__(self): return iter(self)
    def __next__(self): return next(self)
    def __add__(self, o): return self + o
    def __lt__(self, o): return self < o
    def __getitem__(self, k): return self[k]
    def __contains__(self, k): return k in self
    def __format__(self, s): return format(self, s)
    def __index__(self): return [0][self]
    def __int__(self): return int(self)
    def __float__(self): return float(self)
    def __del__(self): pass
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    def __instancecheck__(self, o): return isinstance(o, self)
    def __reversed__(self): return reversed(self)
    def __abs__(self): return abs(self)
    def __bytes__(self): return bytes(self)
    def __dir__(self): return dir(self)
    def __round__(self, n=0): return round(self)
    def __setattr__(self, n, v): setattr(self, n, v)
    def __delattr__(self, n): delattr(self, n)
a = A()
t(lambda: repr(a))  # expect: RecursionError
t(lambda: str(a))  # expect: RecursionError
t(lambda: a == a)  # expect: RecursionError
t(lambda: hash(a))  # expect: RecursionError
t(lambda: len(a))  # expect: RecursionError
t(lambda: bool(a))  # expect: RecursionError
t(lambda: a.x)  # expect: RecursionError
t(lambda: a())  # expect: RecursionError
t(lambda: iter(a))  # expect: RecursionError
t(lambda: next(a))  # expect: RecursionError
t(lambda: a + a)  # expect: RecursionError
t(lambda: a < a)  # expect: RecursionError
t(lambda: a[0])  # expect: RecursionError
t(lambda: 1 in a)  # expect: RecursionError
t(lambda: format(a))  # expect: RecursionError
t(lambda: [0][a])  # expect: RecursionError
t(lambda: int(a))  # expect: RecursionError
t(lambda: float(a))  # expect: RecursionError
t(lambda: a.__enter__())  # expect: RecursionError
t(lambda: isinstance(5, a))  # expect: RecursionError
t(lambda: list(a))  # expect: RecursionError
t(lambda: [A()] == [A()])  # expect: RecursionError
t(lambda: {a: 1})  # expect: RecursionError
t(lambda: sorted([a, a]))  # expect: RecursionError
t(lambda: abs(a))  # expect: RecursionError
t(lambda: bytes(a))  # expect: RecursionError
t(lambda: dir(a))  # expect: RecursionError
t(lambda: round(a))  # expect: RecursionError
t(lambda: setattr(a, "x", 1))  # expect: RecursionError
t(lambda: delattr(a, "x"))  # expect: RecursionError
t(lambda: "%s" % a)  # expect: RecursionError
t(lambda: f"{a}")  # expect: RecursionError
t(lambda: max([a, A()]))  # expect: RecursionError
t(lambda: sum([a, a], a))  # expect: RecursionError
t(lambda: [a].index(A()))  # expect: RecursionError
