class Data:
    def __get__(self, o, t): return "data get", o is None
    def __set__(self, o, v): print("data set", v)
    def __delete__(self, o): print("data del")
class NonData:
    def __get__(self, o, t): return "nondata get", o is None
class SetOnly:
    def __set__(self, o, v): o.__dict__["s"] = v
class C:
    d = Data()
    n = NonData()
    s = SetOnly()
c = C()
c.__dict__.update(d="inst d", n="inst n")
print(c.d, c.n, C.d, C.n)  # expect: ('data get', False) inst n ('data get', True) ('nondata get', True)
c.d = 1  # expect: data set 1
del c.d  # expect: data del
print(type(c.s).__name__)  # expect: SetOnly
c.s = 7
print(c.s)  # expect: 7
C.d = "replaced"
print(c.d, C.d)  # expect: inst d replaced
