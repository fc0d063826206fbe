# One call with keywords meets functions whose parameters differ, and functions whose defaults change.
def call(h):
    return h(1, c=2)

def keyword_only(a, *, c=5, d=4):
    return a, c, d

for _ in range(3):
    print([call(h) for h in (lambda a, c: (a, c), lambda a, b=0, **k: (a, b, k), lambda a, c=1, *r: (a, c, r), keyword_only)])
# expect: [(1, 2), (1, 0, {'c': 2}), (1, 2, ()), (1, 2, 4)]
# expect: [(1, 2), (1, 0, {'c': 2}), (1, 2, ()), (1, 2, 4)]
# expect: [(1, 2), (1, 0, {'c': 2}), (1, 2, ()), (1, 2, 4)]
keyword_only.__kwdefaults__ = {"d": "new"}
print(call(keyword_only))  # expect: (1, 2, 'new')
keyword_only.__kwdefaults__ = None
for bad in (keyword_only, lambda c, **k: (c, k), len, lambda a: a):
    try:
        call(bad)
    except TypeError as e:
        print(e)
# expect: keyword_only() missing 1 required keyword-only argument: 'd'
# expect: <lambda>() got multiple values for argument 'c'
# expect: len() takes no keyword arguments
# expect: <lambda>() got an unexpected keyword argument 'c'
keyword_only.__code__ = (lambda a, c: ("replaced", a, c)).__code__
print(call(keyword_only))  # expect: ('replaced', 1, 2)

# The dict behind `**` is the caller's: the function gets one of its own.
def keeps(**kw):
    kw["n"] = 2
    return kw

given = {"m": 1}
print(keeps(**given), given)  # expect: {'m': 1, 'n': 2} {'m': 1}

# A builtin function named at module level is looked up for each call, also when it is replaced between two.
def size(x):
    return len(x)

for _ in range(20):
    size("ab")
import builtins
original = builtins.len
builtins.len = lambda x: "patched"
print(size("ab"))  # expect: patched
builtins.len = original
print(size("ab"))  # expect: 2
len = lambda x: "shadowed"
print(size("ab"))  # expect: shadowed
del len
print(size("ab"))  # expect: 2
try:
    size(5)
except TypeError as e:
    print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)  # expect: object of type 'int' has no len() size
