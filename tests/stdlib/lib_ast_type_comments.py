import ast
tree = ast.parse("""
x = []  # type: list[int]
for i in x:  # type: int
    pass
with open(p) as f:  # type: IO
    pass
def f(a,  # type: int
      b=1,  # type: str
      *c):
    # type: (...) -> None
    pass  # type: ignore[name]
y = 1  # type: ignore
""", type_comments=True)
print([getattr(s, "type_comment", None) for s in tree.body])  # expect: ['list[int]', 'int', 'IO', '(...) -> None', None]
print([a.type_comment for a in tree.body[3].args.args], [(t.lineno, t.tag) for t in tree.type_ignores])  # expect: ['int', 'str'] [(11, '[name]'), (12, '')]
for source in "pass  # type: int", "def f():  # type: () -> int\n    # type: () -> str\n    pass":
    try:
        ast.parse(source, type_comments=True)
    except SyntaxError as e:
        print(e.msg)
# expect: invalid syntax
# expect: Cannot have two type comments on def
print(ast.dump(ast.parse("(int, *str, **Any) -> float", mode="func_type")))  # expect: FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load()), Name(id='Any', ctx=Load())], returns=Name(id='float', ctx=Load()))
for version, source in [((3, 5), "x: int = 1"), ((3, 7), "def f(a, /): pass"), ((3, 9), "match x:\n  case 1: pass"), ((3, 4), "a @ b"), ((3, 11), "def f[T](): pass")]:
    try:
        ast.parse(source, feature_version=version)
        print("fine")
    except SyntaxError as e:
        print(e.msg)
# expect: Variable annotation syntax is only supported in Python 3.6 and greater
# expect: Positional-only parameters are only supported in Python 3.8 and greater
# expect: Pattern matching is only supported in Python 3.10 and greater
# expect: The '@' operator is only supported in Python 3.5 and greater
# expect: Type parameter lists are only supported in Python 3.12 and greater
