class D(dict):
    def __missing__(self, k): return f"<{k}>"
print("{a} {b}".format_map({"a": 1, "b": 2}), "{x} {y:>5}".format_map(D(y="z")))  # expect: 1 2 <x>     z
class M:
    def __getitem__(self, k): return k.upper()
print("{abc}".format_map(M()))  # expect: ABC
for f in (lambda: "{a}".format_map({}), lambda: "{}".format_map({"": 1}), lambda: "{0}".format_map([1]), lambda: "x".format_map(), lambda: "{a}".format_map(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
# expect: KeyError 'a'
# expect: ValueError Format string contains positional fields
# expect: ValueError Format string contains positional fields
# expect: TypeError str.format_map() takes exactly one argument (0 given)
# expect: TypeError 'int' object is not subscriptable
