from dataclasses import *
from enum import *
@dataclass(order=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)
    def __post_init__(self): self.sum = self.x + self.y
p = P(1, 2)
print(p, p.sum, p == P(1, 2, [5]), p < P(2), asdict(p), astuple(p), replace(p, x=9), [f.name for f in fields(P)], P.__match_args__)  # expect: P(x=1, y=2) 3 True True {'x': 1, 'y': 2, 'tags': []} (1, 2, []) P(x=9, y=2) ['x', 'y', 'tags'] ('x', 'y', 'tags')
@dataclass(frozen=True, slots=True, kw_only=True)
class F:
    a: int
    b: str = "b"
f = F(a=1)
print(f, hash(f) == hash(F(a=1)), f.__slots__, {f: 1}[F(a=1)])  # expect: F(a=1, b='b') True ('a', 'b') 1
class Color(Enum):
    RED = 1
    GREEN = auto()
    CRIMSON = 1
    @property
    def nice(self): return self.name.lower()
print(Color.RED, repr(Color.GREEN), Color(2), Color["RED"], Color.CRIMSON is Color.RED, list(Color), Color.RED.nice, Color.__members__.keys() >= {"CRIMSON"}, isinstance(Color.RED, Color), len(Color), Color.RED in Color)  # expect: Color.RED <Color.GREEN: 2> Color.GREEN Color.RED True [<Color.RED: 1>, <Color.GREEN: 2>] red True True 2 True
class Perm(Flag):
    R = 4
    W = 2
    X = 1
print(Perm.R | Perm.W, Perm(7), ~Perm.R, Perm.R in Perm(6), list(Perm(5)), bool(Perm(0)), Perm.R & Perm.W)  # expect: Perm.R|W Perm.R|W|X Perm.W|X True [<Perm.R: 4>, <Perm.X: 1>] False Perm(0)
class N(IntEnum):
    A = 1
    B = 2
print(N.A + 1, N.B > N.A, repr(N.A), f"{N.A}", sorted(N), StrEnum("S", "a b").a == "a", int(N.B))  # expect: 2 True <N.A: 1> 1 [<N.A: 1>, <N.B: 2>] True 2
for g in (lambda: P(), lambda: setattr(f, "a", 2), lambda: F(1), lambda: Color(5), lambda: Color["X"], lambda: setattr(Color, "RED", 1), lambda: Color.RED < Color.GREEN, lambda: make_dataclass("Q", [("a", int, 1), ("b", int)]), lambda: Perm("x"), lambda: f.zz):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
# expect: TypeError P.__init__() missing 1 required positional argument: 'x'
# expect: FrozenInstanceError cannot assign to field 'a'
# expect: TypeError F.__init__() takes 1 positional argument but 2 were given
# expect: ValueError 5 is not a valid Color
# expect: KeyError 'X'
# expect: AttributeError cannot reassign member 'RED'
# expect: TypeError '<' not supported between instances of 'Color' and 'Color'
# expect: TypeError non-default argument 'b' follows default argument 'a'
# expect: ValueError 'x' is not a valid Perm
# expect: AttributeError 'F' object has no attribute 'zz'
