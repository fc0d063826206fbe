# Look-ups of strings and small ints among keys of other kinds that may equal them.
class Text(str):
    def __hash__(self):
        return str.__hash__(self)
    def __eq__(self, other):
        print("asked", other)
        return str.__eq__(self, other)

d = {Text("a"): 1, 2.0: 2, True: 3, b"z": 4, (1, (2, "x")): 5}
# (no collision so far)
print(d[1], d[2], d[1.0], d[b"z"], d[(True, (2.0, "x"))])  # expect: 3 2 3 4 5
print(d["a"])
# expect: asked a
# expect: 1
print("a" in d, d.get("a"), d.setdefault("a", 9))
# expect: asked a
# expect: asked a
# expect: asked a
# expect: True 1 1
d["a"] = 7  # expect: asked a
print(len(d), d.pop("a"), "a" in d)
# expect: asked a
# expect: 5 7 False

class Int:
    def __hash__(self):
        return 5
    def __eq__(self, other):
        if other == 5:
            e.clear()
        return NotImplemented

e = {Int(): 1}
e[5] = 2
print(e, 5 in e)  # expect: {5: 2} True
e = {n: str(n) for n in range(20)}
del e[3], e[7]
print(3 in e, e.get(7), e[-0.0], e[True], e.get(-1), e.get(-2), len(e))  # expect: False None 0 1 None None 18
try:
    e[99]
except KeyError as error:
    print(error)  # expect: 99

pair, items = ("no", "yes"), [10, 20]
print(pair[1 == 1], pair[1 > 2], items[True], items[False])  # expect: yes no 20 10
for short in (("one",), []):
    try:
        short[True]
    except IndexError as error:
        print(error)
# expect: tuple index out of range
# expect: list index out of range
