from collections import *
c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], sorted(c.elements())[:3], c + Counter("aa"), c - Counter("aaa"), c & Counter("ab"), c.total())  # expect: Counter({'a': 5, 'b': 2, 'r': 2, 'c': 1, 'd': 1}) [('a', 5), ('b', 2)] 0 ['a', 'a', 'a'] Counter({'a': 7, 'b': 2, 'r': 2, 'c': 1, 'd': 1}) Counter({'a': 2, 'b': 2, 'r': 2, 'c': 1, 'd': 1}) Counter({'a': 1, 'b': 1}) 11
c.update("zz"); c.subtract("a")
print(c["z"], c["a"])  # expect: 2 4
d = deque([1, 2, 3], maxlen=3)
d.append(4); print(d); d.appendleft(0); print(d); d.rotate(1); print(d, d.pop(), d.popleft(), d[0], len(d))
# expect: deque([2, 3, 4], maxlen=3)
# expect: deque([0, 2, 3], maxlen=3)
# expect: deque([0], maxlen=3) 2 3 0 1
d.extend("xyz"); print(d, d.index("y"), d.count("x"), list(reversed(d)), d == deque("xyz"), d.maxlen)  # expect: deque(['x', 'y', 'z'], maxlen=3) 1 1 ['z', 'y', 'x'] True 3
P = namedtuple("P", "x y", defaults=[5])
p = P(1)
print(p, p.x, p[1], p._asdict(), p._replace(x=9), P._fields, P._make([3, 4]), p == (1, 5), P._field_defaults)  # expect: P(x=1, y=5) 1 5 {'x': 1, 'y': 5} P(x=9, y=5) ('x', 'y') P(x=3, y=4) True {'y': 5}
dd = defaultdict(list, a=[1])
dd["b"].append(2)
print(dd, dd["c"], dict(dd), dd.get("q"))  # expect: defaultdict(<class 'list'>, {'a': [1], 'b': [2], 'c': []}) [] {'a': [1], 'b': [2], 'c': []} None
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a"); o.move_to_end("c", last=False)
print(o, o.popitem(last=False), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), list(reversed(o)))  # expect: OrderedDict({'b': 2, 'a': 1}) ('c', 3) False ['a', 'b']
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(m["a"], m["b"], dict(m), m.maps, m.new_child({"b": 0})["b"], len(m))  # expect: 1 3 {'a': 1, 'b': 3} [{'a': 1}, {'a': 2, 'b': 3}] 0 2
class U(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
u = U(a=1)
print(u, u["A"])  # expect: {'A': 1} 1
for f in (lambda: P(), lambda: namedtuple("Q", "a a"), lambda: namedtuple("Q", "class"), lambda: deque().pop(), lambda: deque([1]).index(5), lambda: deque(maxlen=-1), lambda: defaultdict(5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
# expect: TypeError P.__new__() missing 1 required positional argument: 'x'
# expect: ValueError Encountered duplicate field name: 'a'
# expect: ValueError Type names and field names cannot be a keyword: 'class'
# expect: IndexError pop from an empty deque
# expect: ValueError deque.index(x): x not in deque
# expect: ValueError maxlen must be non-negative
# expect: TypeError first argument must be callable or None
