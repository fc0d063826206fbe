# Calls with names and stars, of modules' and classes' functions, and patterns: in compiled code.
import math
import sys
import types

def named(a, b=2, *rest, c, d=4, **more):
    return a * 1000 + b * 100 + c * 10 + d + len(rest) + len(more)

def positional(a, /, b, *, c=0):
    return a + b + c

class Maker:
    def __init__(self, x, y=3, **more):
        self.x, self.y, self.more = x, y, more
    def add(self, n, *, times=1):
        return (self.x + self.y + n) * times

def calls(m):
    total = 0
    args, more = (1, 2), {"c": 3}
    for i in range(m):
        total += named(i & 1, c=i & 3) + named(i & 1, d=1, c=2, b=i & 7) + named(1, 2, 3, 4, c=5, e=6)
        total += positional(i, b=1) + positional(*args, c=i) + named(*args, **more) + named(*args, i, c=1, **{"z": i})
        o = Maker(i & 1, y=i & 3, extra=1)
        total += o.add(1, times=2) + len(o.more) + dict(a=1, b=i)["b"] + max(i, 3, key=lambda n: -n)
        total += int("11", base=2) + sorted([3, 1, 2], reverse=True)[0]
    return total

print(calls(3000))
# expect: 29446494

def wrong(m):
    errors = {}
    for i in range(m):
        try:
            if i % 4 == 0:
                named(1, x=2)
            elif i % 4 == 1:
                positional(a=1, b=2)
            elif i % 4 == 2:
                Maker(y=1)
            else:
                positional(*[1, 2, 3])
        except TypeError as e:
            errors[str(e)] = errors.get(str(e), 0) + 1
    return sorted(errors.items())

for line in wrong(2000):
    print(*line)
# expect: Maker.__init__() missing 1 required positional argument: 'x' 500
# expect: named() missing 1 required keyword-only argument: 'c' 500
# expect: positional() got some positional-only arguments passed as keyword arguments: 'a' 500
# expect: positional() takes 2 positional arguments but 3 were given 500

# Recursion by name.
def count(n, *, step=1):
    return 0 if n <= 0 else 1 + count(n - step, step=step)

def spread(*items):
    return items[0] + spread(*items[1:]) if items else 0

print(sum(count(30, step=1 + i % 3) for i in range(600)), sum(spread(*range(i % 9)) for i in range(900)))
# expect: 11000 8400

# Functions of modules, which are replaced meanwhile.
def roots(m, module):
    total = 0.0
    for i in range(m):
        if i == m - 10:
            module.sqrt = lambda x: -1.0
        total += module.sqrt(i) + module.pi
    return round(total, 6)

copy = types.ModuleType("copy")
copy.sqrt, copy.pi = math.sqrt, 3
print(roots(3000, copy), roots(1, copy))
# expect: 117959.698062 2.0

class Constants:
    LIMIT = 5
    @staticmethod
    def twice(n):
        return n * 2
    @classmethod
    def named(cls, n):
        return cls.LIMIT + n
    def method(self, n):
        return self.LIMIT + self.named(n) + self.twice(n) + Constants.twice(n) + Constants.named(n)

class Derived(Constants):
    LIMIT = 7

def constants(m):
    total = 0
    objects = [Constants(), Constants(), Derived()]
    for i in range(m):
        if i == 2000:
            Constants.LIMIT = 100
        if i == 2500:
            Constants.twice = staticmethod(lambda n: 1)
        if i == 2700:
            objects[0].LIMIT = 1
        total += objects[i % 3].method(i & 7) + Constants.LIMIT + Derived.LIMIT
    return total

print(constants(3000))
# expect: 448608

# Patterns.
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y

def shape(v):
    match v:
        case 0:
            return "zero"
        case int(n) if n > 10:
            return "large"
        case [a, *rest] if rest:
            return f"list {a} {len(rest)}"
        case {"k": k, **others}:
            return f"map {k} {len(others)}"
        case Point(0, y):
            return f"axis {y}"
        case Point(x=x, y=y):
            return f"point {x} {y}"
        case str() | None:
            return "text"
        case _:
            return "other"

def shapes(m):
    seen = {}
    values = [0, 5, 50, "go", [1, 2], (1, 2, 3), [], {"k": 9, "l": 1}, {}, Point(0, 3), Point(2, 5), None, 2.5]
    for i in range(m):
        name = shape(values[i % len(values)])
        seen[name] = seen.get(name, 0) + 1
    return seen

print(shapes(2600))
# expect: {'zero': 200, 'other': 800, 'large': 200, 'text': 400, 'list 1 1': 200, 'list 1 2': 200, 'map 9 1': 200, 'axis 3': 200, 'point 2 5': 200}

def unpacks(m):
    total = 0
    for i in range(m):
        a, *b, c = range(i % 5 + 2)
        first, (second, *third) = i, [i, i, i]
        joined = [*b, a, c, *third]
        merged = {**{"a": a}, "b": len(b)}
        total += a + c + len(joined) + merged["b"] + second
    return total

print(unpacks(2000))
# expect: 2021000

# A frame that is looked at in a call by name.
def caller(n):
    here = n
    return looks(depth=1, name="here") + here

def looks(*, depth, name):
    return sys._getframe(depth).f_locals[name]

print(sum(caller(i) for i in range(2000)))
# expect: 3998000
