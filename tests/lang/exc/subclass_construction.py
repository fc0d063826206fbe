class E(Exception):
    def __init__(self, a, b=2):
        self.a, self.b = a, b
e = E(1)
print(e.args, repr(e), str(e), e.a)  # expect: (1,) E(1) 1 1
class F(Exception):
    def __str__(self): return "custom str"
    def __repr__(self): return "custom repr"
print(str(F()), repr(F()), [F()])  # expect: custom str custom repr [custom repr]
class G(Exception):
    def __init__(self, m): super().__init__(m.upper())
print(G("x").args, repr(G("y")))  # expect: ('X',) G('Y')
try:
    E()
except TypeError as x:
    print(x)  # expect: E.__init__() missing 1 required positional argument: 'a'
try:
    ValueError(a=1)
except TypeError as x:
    print(x)  # expect: ValueError() takes no keyword arguments
class H(Exception): pass
try:
    H(a=1)
except TypeError as x:
    print(x)  # expect: H() takes no keyword arguments
