class T:
    def __init__(self, n): self.n = n
    def __format__(self, spec):
        print("format", self.n, repr(spec))
        return f"<{self.n}>"
    def __repr__(self): return "repr" + self.n
    def __str__(self): return "str" + self.n
a, b = T("a"), T("b")
print(f"{a} {b:spec} {a!r} {b!s:>6}")
# expect: format a ''
# expect: format b 'spec'
# expect: <a> <b> repra   strb
print(f"{a:{b}}")
# expect: format b ''
# expect: format a '<b>'
# expect: <a>
print(f"{a=} {b=:x}")
# expect: format b 'x'
# expect: a=repra b=<b>
class Bad:
    def __format__(self, spec): return 5
try:
    f"{Bad()}"
except TypeError as e:
    print(e)  # expect: __format__ must return a str, not int
try:
    f"{[]:d}"
except TypeError as e:
    print(e)  # expect: unsupported format string passed to list.__format__
try:
    f"{5:s}"
except ValueError as e:
    print(e)  # expect: Unknown format code 's' for object of type 'int'
print(f"{None} {True} {True:d} {1.0} {[1]!s:>5}")  # expect: None True 1 1.0   [1]
