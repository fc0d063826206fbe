class M(type):
    def __len__(cls): return 42
    def __getitem__(cls, k): return (cls.__name__, k)
    def __contains__(cls, x): return x == "in"
    def __iter__(cls): return iter("abc")
    def __add__(cls, o): return "added"
    def __bool__(cls): return False
    def __getattr__(cls, n): return "meta " + n
    def __instancecheck__(cls, o): return o == 5
    def __subclasscheck__(cls, o): return o is int
    def __repr__(cls): return "<M %s>" % cls.__name__
    def __eq__(cls, o): return True
    def __hash__(cls): return 1
    def __dir__(cls): return ["zz", "aa"]
    @property
    def prop(cls): return "prop of " + cls.__name__
class C(metaclass=M): pass
print(len(C), C["k"], "in" in C, list(C), C + 1, bool(C), C.missing)  # expect: 42 ('C', 'k') True ['a', 'b', 'c'] added False meta missing
print(isinstance(5, C), issubclass(int, C), C, C == 3, dir(C), C.prop)  # expect: True True <M C> True ['aa', 'zz'] prop of C
try:
    C().prop
except AttributeError as e:
    print(e)  # expect: 'C' object has no attribute 'prop'
