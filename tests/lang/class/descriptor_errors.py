class D:
    def __get__(self, o, t): raise AttributeError("from get")
class C:
    d = D()
    def __getattr__(self, n): return "fallback " + n
print(C().d)  # expect: fallback d
class E:
    d = D()
try:
    E().d
except AttributeError as e:
    print(e)  # expect: from get
class RO:
    def __get__(self, o, t): return 1
    def __set__(self, o, v): raise AttributeError("read only")
class F:
    r = RO()
try:
    F().r = 2
except AttributeError as e:
    print(e)  # expect: read only
try:
    del F().r
except AttributeError as e:
    print(e)  # expect: __delete__
class G:
    def __get__(self, o): return 1
class H:
    g = G()
try:
    H().g
except TypeError as e:
    print(e)  # expect: G.__get__() takes 2 positional arguments but 3 were given
