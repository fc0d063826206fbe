t = str.maketrans("abc", "xyz", "d")
print("abcde".translate(t), t)  # expect: xyze {97: 120, 98: 121, 99: 122, 100: None}
print("abc".translate({97: "long", 98: None, 99: 120}), "abc".translate({}), "aé😀".translate({0xe9: "e", 0x1f600: None}))  # expect: longx abc ae
print(str.maketrans({"a": "b", 99: None, "d": 5}), str.maketrans("", ""))  # expect: {97: 'b', 99: None, 100: 5} {}
class M:
    def __getitem__(self, k):
        if k == 97: return "A"
        if k == 98: raise LookupError
        raise KeyError
print("abc".translate(M()))  # expect: Abc
print("abc".translate("".join(chr(i + 1) for i in range(128))))  # expect: bcd
def f(g):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
f(lambda: str.maketrans("ab", "c"))  # expect: ValueError the first two maketrans arguments must have equal length
f(lambda: str.maketrans(5))  # expect: TypeError if you give only one argument to maketrans it must be a dict
f(lambda: str.maketrans({"ab": 1}))  # expect: ValueError string keys in translatetable must be of length 1
f(lambda: str.maketrans({1.5: 1}))  # expect: TypeError keys in translate table mustbe strings or integers
f(lambda: str.maketrans("a", 5))  # expect: TypeError maketrans() argument 2 must be str, not int
f(lambda: "abc".translate({97: 1.5}))  # expect: TypeError character mapping must return integer, None or str
f(lambda: "abc".translate({97: 0x110000}))  # expect: ValueError character mapping must be in range(0x110000)
f(lambda: "abc".translate(5))  # expect: TypeError 'int' object is not subscriptable
f(lambda: "abc".translate({97: -1}))  # expect: ValueError character mapping must be in range(0x110000)
