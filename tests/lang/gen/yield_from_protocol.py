class Sub:
    def __iter__(self): return self
    def __next__(self): return "next"
    def send(self, v): return ("send", v)
    def throw(self, e): return ("throw", type(e).__name__)
    def close(self): print("sub closed")
def g():
    yield from Sub()
it = g()
print(next(it), it.send(5), it.send(None), it.throw(ValueError("x")))  # expect: next ('send', 5) next ('throw', 'ValueError')
it.close()  # expect: sub closed
def plain():
    yield from iter([1, 2])
p = plain()
next(p)
try:
    p.send("x")
except AttributeError as e:
    print(e)  # expect: 'list_iterator' object has no attribute 'send'
def bad():
    yield from 5
try:
    next(bad())
except TypeError as e:
    print(e)  # expect: 'int' object is not iterable
def selfish():
    yield from me
me = selfish()
try:
    next(me)
except ValueError as e:
    print(e)  # expect: generator already executing
