s = "abcabcabc"
print(s.find("c"), s.find("c", 3), s.find("c", 3, 5), s.find("z"), s.find(""), s.find("", 9), s.find("", 10), s.find("abc", -3), s.find("b", None, -5))  # expect: 2 5 -1 -1 0 9 -1 6 1
print(s.rfind("c"), s.rfind("c", 0, 8), s.rfind(""), s.rfind("z"), s.rfind("", 3, 5), s.rfind("abc", 1))  # expect: 8 5 9 -1 5 6
print(s.index("b"), s.rindex("b"), s.count("a"), s.count("abc"), s.count(""), s.count("aa"), "aaaa".count("aa"), s.count("a", 1), s.count("", 3, 5), s.count("", 10), s.count("a", -3, -1))  # expect: 1 7 3 3 10 0 2 2 3 0 1
print("😀a😀".find("a"), "é😀é".rfind("é"), "日本日本".count("日本"), "abc".find("日"), "a" * 100 + "b" == "a" * 100 + "b", ("a" * 1000 + "b").find("ab"))  # expect: 1 2 2 -1 True 999
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: s.index("z"))  # expect: ValueError substring not found
t(lambda: s.rindex("z"))  # expect: ValueError substring not found
t(lambda: s.find(1))  # expect: TypeError find() argument 1 must be str, not int
t(lambda: s.find())  # expect: TypeError find expected at least 1 argument, got 0
t(lambda: s.count(None))  # expect: TypeError count() argument 1 must be str, not None
t(lambda: s.find("a", "b"))  # expect: TypeError slice indices must be integers or None or have an __index__ method
t(lambda: s.find("a", 1.0))  # expect: TypeError slice indices must be integers or None or have an __index__ method
t(lambda: s.find("a", 1, 2, 3))  # expect: TypeError find expected at most 3 arguments, got 4
