print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{a} {b}".format(a=1, b=2), "{0} {x} {0}".format(5, x=6), "{{}}".format(), "{{{0}}}".format(1), "{0[1]} {1[k]} {2.real}".format([1, 2], {"k": 3}, 5), "{0.__class__.__name__}".format(""), "{!r} {!s} {!a}".format("a", "b", "é"), "{:>5}|{:<5}|{:^5}".format(1, 2, 3), "{:{}}|{:{w}.{p}}".format(5, 10, 3.14159, w=8, p=3), "{0:{1}}".format("x", ">3"), "{a[b c]}".format(a={"b c": 1}), "{0[-1]}".format({"-1": "str key"}), "{:{fill}^{w}}".format("m", fill="*", w=5))  # expect: 1 2 b a 1 2 5 6 5 {} {1} 2 3 5 str 'a' b '\xe9'     1|2    |  3            5|    3.14   x 1 str key **m**
class A:
    def __format__(self, s): return "A" + s
    def __getitem__(self, k): return repr(k)
print("{:abc} {0[5]} {0[x]}".format(A()) if False else "{0:abc} {0[5]} {0[x]}".format(A()))  # expect: Aabc 5 'x'
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: "{}".format())  # expect: IndexError Replacement index 0 out of range for positional args tuple
t(lambda: "{} {}".format(1))  # expect: IndexError Replacement index 1 out of range for positional args tuple
t(lambda: "{0} {}".format(1, 2))  # expect: ValueError cannot switch from manual field specification to automatic field numbering
t(lambda: "{} {0}".format(1, 2))  # expect: ValueError cannot switch from automatic field numbering to manual field specification
t(lambda: "{a}".format())  # expect: KeyError 'a'
t(lambda: "{".format())  # expect: ValueError Single '{' encountered in format string
t(lambda: "}".format())  # expect: ValueError Single '}' encountered in format string
t(lambda: "{0".format(1))  # expect: ValueError expected '}' before end of string
t(lambda: "{0!}".format(1))  # expect: ValueError unmatched '{' in format spec
t(lambda: "{0!x}".format(1))  # expect: ValueError Unknown conversion specifier x
t(lambda: "{0!rr}".format(1))  # expect: ValueError expected ':' after conversion specifier
t(lambda: "{0.}".format(1))  # expect: ValueError Empty attribute in format string
t(lambda: "{0[}".format(1))  # expect: ValueError expected '}' before end of string
t(lambda: "{0[]}".format([1]))  # expect: ValueError Empty attribute in format string
t(lambda: "{0[a]}".format([1]))  # expect: TypeError list indices must be integers or slices, not str
t(lambda: "{0[5]}".format([1]))  # expect: IndexError list index out of range
t(lambda: "{0.foo}".format(1))  # expect: AttributeError 'int' object has no attribute 'foo'
t(lambda: "{:d}".format("a"))  # expect: ValueError Unknown format code 'd' for object of type 'str'
t(lambda: "{0[0]x}".format([1]))  # expect: ValueError Only '.' or '[' may follow ']' in format field specifier
t(lambda: "{:{:{}}}".format(1, 2, 3))  # expect: ValueError Max string recursion exceeded
t(lambda: "{99999999999999999999}".format(1))  # expect: ValueError Too many decimal digits in format string
t(lambda: "{-1}".format(1))  # expect: KeyError '-1'
t(lambda: "{ 0 }".format(1))  # expect: KeyError ' 0 '
t(lambda: "{0:{{}}}".format(1))  # expect: ValueError Invalid format specifier '{}' for object of type 'int'
t(lambda: "{:}}".format(1))  # expect: ValueError Single '}' encountered in format string
