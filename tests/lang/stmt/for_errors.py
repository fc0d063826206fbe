def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
def a():
    for x in 5: pass
t(a)  # expect: TypeError 'int' object is not iterable
class NoNext:
    def __iter__(self): return 3
def b():
    for x in NoNext(): pass
t(b)  # expect: TypeError iter() returned non-iterator of type 'int'
class NoneIter:
    __iter__ = None
    def __getitem__(self, i): return 1
def c():
    for x in NoneIter(): pass
t(c)  # expect: TypeError 'NoneIter' object is not iterable
class Raises:
    def __iter__(self): raise RuntimeError("from iter")
t(lambda: list(Raises()))  # expect: RuntimeError from iter
def d():
    for x in (1, 2, 3):
        x.append(1)
t(d)  # expect: AttributeError 'int' object has no attribute 'append'
def e():
    for x, y in [(1, 2), 3]:
        print(x, y)
t(e)
# expect: 1 2
# expect: TypeError cannot unpack non-iterable int object
