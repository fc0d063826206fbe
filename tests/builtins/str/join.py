print(",".join(["a", "b"]), "".join([]), "-".join("abc"), ", ".join(str(i) for i in range(3)), "x".join(["one"]), "é".join(["a", "😀", "b"]), "".join({"k": 1}), ",".join(("a",)))  # expect: a,b  a-b-c 0, 1, 2 one aé😀éb k a
class S(str): pass
one = S("only")
print(type("".join([one])).__name__, "|".join([S("a"), "b"]))  # expect: str a|b
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: ",".join([1]))  # expect: TypeError sequence item 0: expected str instance, int found
t(lambda: ",".join(["a", None, "b"]))  # expect: TypeError sequence item 1: expected str instance, NoneType found
t(lambda: ",".join(5))  # expect: TypeError can only join an iterable
t(lambda: ",".join(["a", b"b"]))  # expect: TypeError sequence item 1: expected str instance, bytes found
t(lambda: ",".join())  # expect: TypeError str.join() takes exactly one argument (0 given)
def g():
    yield "a"
    raise KeyError("in generator")
t(lambda: ",".join(g()))  # expect: KeyError 'in generator'
t(lambda: "".join(["a", "b"]).join("xy"))  # expect: xaby
