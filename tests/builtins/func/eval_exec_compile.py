x = 1
print(eval("x + 1"), eval("x + y", {"x": 5, "y": 6}), eval("a", {}, {"a": 3}), eval(b"1 + 1"), eval(" \t1"), eval("[i for i in range(3)]"), eval("lambda: x")(), eval(compile("1+2", "f", "eval")))  # expect: 2 11 3 2 1 [0, 1, 2] 1 3
print(exec("y = 5"), y, exec("pass", {}), eval("1\n"), eval("x", globals=globals()), exec("z = 1", globals={}, locals=None))  # expect: None 5 None 1 1 None
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: eval("x = 1"))  # expect: SyntaxError invalid syntax (<string>, line 1)
t(lambda: eval(""))  # expect: SyntaxError invalid syntax (<string>, line 0)
t(lambda: eval(5))  # expect: TypeError eval() arg 1 must be a string, bytes or code object
t(lambda: eval("1", 5))  # expect: TypeError globals must be a dict
t(lambda: eval("1", {}, 5))  # expect: TypeError locals must be a mapping
t(lambda: exec(5))  # expect: TypeError exec() arg 1 must be a string, bytes or code object
t(lambda: exec("x", None, 5))  # expect: TypeError locals must be a mapping or None, not int
t(lambda: eval("a\0b"))  # expect: SyntaxError source code string cannot contain null bytes
t(lambda: eval("nope"))  # expect: NameError name 'nope' is not defined
t(lambda: compile("1", "f", "bad"))  # expect: ValueError compile() mode must be 'exec', 'eval' or 'single'
t(lambda: compile(5, "f", "exec"))  # expect: TypeError compile() arg 1 must be a string, bytes or AST object
t(lambda: compile("1", "f", "exec", flags=999999))  # expect: ValueError compile(): unrecognised flags
t(lambda: compile("1", 5, "exec"))  # expect: TypeError expected str, bytes or os.PathLike object, not int
t(lambda: eval("yield"))  # expect: SyntaxError invalid syntax (<string>, line 1)
t(lambda: exec("return 1"))  # expect: SyntaxError 'return' outside function (<string>, line 1)
c = compile("a = 1\nb = 2", "name.py", "exec", dont_inherit=True, optimize=2)
print(c.co_filename, c.co_name, c.co_names, type(c).__name__, eval(c))  # expect: name.py <module> ('a', 'b') code None
class M(dict):
    def __missing__(self, k): return k.upper()
print(eval("foo + bar", {}, M()))  # expect: FOOBAR
exec("print('from exec', __name__)", {"__name__": "custom"})  # expect: from exec custom
