# Attributes of objects of many classes, and items of dicts: looked up in functions that need no frame.
class Base:
    kind = "base"
    def __init__(self, n):
        self.n = n
    def value(self, x):
        return x + self.n
    def name(self):
        return self.kind

class First(Base):
    pass

class Second(Base):
    kind = "second"
    def value(self, x):
        return x - self.n

class Third(Second):
    def __init__(self, n):
        self.other = n * 2
        super().__init__(n)
    def value(self, x):
        return super().value(x) * 2

class Slots:
    __slots__ = ("n",)
    kind = "slots"
    def __init__(self, n):
        self.n = n
    def value(self, x):
        return x * self.n
    def name(self):
        return self.kind

class Computed:
    kind = "computed"
    def __getattr__(self, name):
        return 7 if name == "n" else Base.value.__get__(self)
    def name(self):
        return self.kind

def walk(objects, m):
    total, names = 0, set()
    for i in range(m):
        o = objects[i % len(objects)]
        total += o.value(i & 7) + o.n
        o.n = o.n
        names.add(o.name())
    return total, sorted(names)

objects = [c(k) for k, c in enumerate((Base, First, Second, Third, Slots), 1)]
print(walk(objects, 5000))
# expect: (42000, ['base', 'second', 'slots'])
extra = First(9)
extra.value = lambda x: 100
extra.__dict__["kind"] = "own"
print(walk(objects + [extra], 3000), walk(objects + [extra, Computed()], 3500))
# expect: (74500, ['base', 'own', 'second', 'slots']) (84218, ['base', 'computed', 'own', 'second', 'slots'])

# The classes change meanwhile.
def changing(objects, m):
    total = 0
    for i in range(m):
        o = objects[i % 3]
        if i == 2000:
            Second.value = lambda self, x: 1000
        if i == 3000:
            First.n = property(lambda self: 5, lambda self, n: None)
        if i == 4000:
            del Second.value
        if i == 4500:
            del First.n
        total += o.value(1) + o.n
        o.n = o.n + (i & 1)
    return total, [vars(o) for o in objects]

print(changing([First(1), Second(2), Third(3)], 5000))
# expect: (4502390, [{'n': 584}, {'n': 836}, {'other': 6, 'n': 836}])

def missing(objects, m):
    errors = {}
    for i in range(m):
        o = objects[i % len(objects)]
        try:
            o.n
            o.absent = i
            del o.absent
            o.nowhere
        except AttributeError as e:
            errors[str(e)] = errors.get(str(e), 0) + 1
    return errors

print(missing([First(1), Third(2), Slots(3), 5, None], 2000))
# expect: {"'First' object has no attribute 'nowhere'": 400, "'Third' object has no attribute 'nowhere'": 400, "'Slots' object has no attribute 'absent' and no __dict__ for setting new attributes": 400, "'int' object has no attribute 'n'": 400, "'NoneType' object has no attribute 'n'": 400}

# Instances made in a loop, whose attributes come one after the other.
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

class Late(Point):
    def __init__(self, x, y):
        if x & 1:
            self.odd = True
        super().__init__(x, y)
        self.z = x + y

def points(m):
    made = []
    for i in range(m):
        p = Late(i, i * 2) if i & 2 else Point(i, i)
        p.extra = p.x
        if i % 500 < 4:
            made.append(list(vars(p).items()))
    return made[-4:]

print(points(2000))
# expect: [[('x', 1500), ('y', 1500), ('extra', 1500)], [('x', 1501), ('y', 1501), ('extra', 1501)], [('x', 1502), ('y', 3004), ('z', 4506), ('extra', 1502)], [('odd', True), ('x', 1503), ('y', 3006), ('z', 4509), ('extra', 1503)]]

# What a store replaces dies at once.
class Loud:
    def __init__(self, log, n):
        self.log, self.n = log, n
    def __del__(self):
        self.log.append(self.n)

def replacing(m):
    log, holders, table = [], [Base(0), First(0), Second(0)], {"a": None}
    for i in range(m):
        holder = holders[i % 3]
        holder.n = Loud(log, i)
        log.append("set")
        table["a"] = Loud(log, -i)
        log.append("put")
        if i < m - 3:
            log.clear()
    holders = None
    return log

print(replacing(1500))
# expect: [1494, 'set', -1496, 'put', 1495, 'set', -1497, 'put', 1496, 'set', -1498, 'put', 1498, 1497, 1499, -1499]

# Keys of all kinds.
class Key:
    def __init__(self, k):
        self.k = k
    def __hash__(self):
        return hash(self.k)
    def __eq__(self, other):
        calls.append(type(other).__name__)
        return self.k == other

class Text(str):
    def __hash__(self):
        calls.append("hash")
        return str.__hash__(self)

calls = []
def counting(keys, m, table):
    found = 0
    for i in range(m):
        k = keys[i % len(keys)]
        if k in table:
            found += 1
        if k not in table:
            table[k] = 0
        table[k] += 1
        table[k] = table.get(k, 5) + table.get("none", 1) + (table.get("nothing") or 0)
    return found, len(table)

table = {}
print(counting(["a", "b", "c"] * 3 + ["d"], 3000, table), table)
# expect: (2996, 4) {'a': 1800, 'b': 1800, 'c': 1800, 'd': 600}
table = {}
print(counting([1, 2, 3, True, 2.0, 10**20], 3000, table), table)
# expect: (2996, 4) {1: 2000, 2: 2000, 3: 1000, 100000000000000000000: 1000}
table = {Key("a"): 0, Key(3): 0}
print(counting(["a", "b", 3, Text("b"), Text("q"), (1, 2), None], 2100, table), [(str(getattr(k, "k", k)), v) for k, v in table.items()])
# expect: (2096, 6) [('a', 600), ('3', 600), ('b', 1200), ('q', 600), ('(1, 2)', 600), ('None', 600)]
print(len(calls), sorted(set(calls)))
# expect: 7201 ['hash', 'int', 'str']

def grows(m):
    table = {}
    for i in range(m):
        table[i * 7919 % 100003] = i
        table["k" + str(i % 50)] = i
    return len(table), sum(table.values())

print(grows(20000))
# expect: (20050, 200988725)

def absent(m):
    table, missed = {"a": 1, 2: 3}, 0
    for i in range(m):
        try:
            missed += table["a" if i % 3 else "b"] + table[2 if i % 5 else 4]
        except KeyError as e:
            missed += len(e.args)
    return missed

print(absent(3000))
# expect: 7800

class Default(dict):
    def __missing__(self, key):
        self[key] = [key]
        return self[key]
    def get(self, key, other=None):
        return "own"

def subclass(m):
    table, plain = Default(), {}
    for i in range(m):
        t = table if i % 2 else plain
        t.setdefault("x", 1)
        table[i % 7].append(i)
        last = t.get("x"), t["x"]
    return len(table), len(table[3]), last

print(subclass(2000), subclass(2001))
# expect: (8, 287, ('own', 1)) (8, 287, (1, 1))

# The item outlives the dict it was in.
def outlives(m):
    n = 0
    for i in range(m):
        n += len({"a": [i, i], "b": 1}["a"])
        n += len({i: "abc"}.get(i, ""))
        n += len({"a": [i]}.get("z", [1, 2, 3]))
    return n

print(outlives(3000))
# expect: 24000
