print("%s %r %a" % ("a", "b", "é"), "%5s|%-5s|%.2s|%5.1s|" % ("ab", "ab", "abc", "xyz"), "%%" % (), "%s" % [1, 2], "%s" % (5,), "%(a)s %(b)d" % {"a": 1, "b": 2}, "%c%c" % ("a", 98), "%s" % {"a": 1}, "100%%", "%s %%" % 5, "%(a)s" % {"a": "x", "unused": 1}, "%()s" % {"": 5}, "%((a))s" % {"(a)": 6}, "%-*s|" % (5, "a"), "%ls%hd" % ("a", 5))  # expect: a 'b' '\xe9'    ab|ab   |ab|    x| % [1, 2] 5 1 2 ab {'a': 1} 100%% 5 % x 5 6 a    | a5
class S:
    def __str__(self): return "str é"
    def __repr__(self): return "repr é"
print("%s %r %a" % (S(), S(), S()))  # expect: str é repr é repr \xe9
def t(f, a):
    try:
        print(f % a)
    except Exception as e:
        print(type(e).__name__, e)
t("%s %s", "a")  # expect: TypeError not enough arguments for format string
t("%s", ("a", "b"))  # expect: TypeError not all arguments converted during string formatting
t("%s", ())  # expect: TypeError not enough arguments for format string
t("a", "b")  # expect: TypeError not all arguments converted during string formatting
t("a", 5)  # expect: TypeError not all arguments converted during string formatting
t("a", {})  # expect: a
t("a", [])  # expect: a
t("%", ())  # expect: ValueError incomplete format
t("%z", 1)  # expect: ValueError unsupported format character 'z' (0x7a) at index 1
t("%d", "a")  # expect: TypeError %d format: a real number is required, not str
t("%(a)s", 5)  # expect: TypeError format requires a mapping
t("%(a)s", {})  # expect: KeyError 'a'
t("%(a", {})  # expect: ValueError incomplete format key
t("%*d", ("a", 5))  # expect: TypeError * wants int
t("%*d", (1, 2, 3))  # expect: TypeError not all arguments converted during string formatting
t("%.*f", (2,))  # expect: TypeError not enough arguments for format string
t("%y", 1)  # expect: ValueError unsupported format character 'y' (0x79) at index 1
t("%5", 1)  # expect: ValueError incomplete format
t("% ", 1)  # expect: ValueError incomplete format
t("%é", 1)  # expect: ValueError unsupported format character '?' (0xe9) at index 1
t("%(a)s %s", {"a": 1})  # expect: TypeError not enough arguments for format string
t("%s %(a)s", {"a": 1})  # expect: {'a': 1} 1
t("%99999999999999999999d", 1)  # expect: ValueError width too big
t("%.99999999999d", 1)  # expect: ValueError precision too big
