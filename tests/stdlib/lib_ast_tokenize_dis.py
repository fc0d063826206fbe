import ast, tokenize, io
print(ast.dump(ast.parse("x = f(1, *a, k=2)[0].b if y else [z for z in w]")))  # expect: Module(body=[Assign(targets=[Name(id='x', ctx=Store())], value=IfExp(test=Name(id='y', ctx=Load()), body=Attribute(value=Subscript(value=Call(func=Name(id='f', ctx=Load()), args=[Constant(value=1), Starred(value=Name(id='a', ctx=Load()), ctx=Load())], keywords=[keyword(arg='k', value=Constant(value=2))]), slice=Constant(value=0), ctx=Load()), attr='b', ctx=Load()), orelse=ListComp(elt=Name(id='z', ctx=Load()), generators=[comprehension(target=Name(id='z', ctx=Store()), iter=Name(id='w', ctx=Load()), is_async=0)])))])
print(ast.dump(ast.parse("1 + 2", mode="eval"), include_attributes=True))  # expect: Expression(body=BinOp(left=Constant(value=1, lineno=1, col_offset=0, end_lineno=1, end_col_offset=1), op=Add(), right=Constant(value=2, lineno=1, col_offset=4, end_lineno=1, end_col_offset=5), lineno=1, col_offset=0, end_lineno=1, end_col_offset=5))
print(ast.literal_eval("{'a': [1, -2.5, (True, None)], 'b': b'x', 'c': {1}}"))  # expect: {'a': [1, -2.5, (True, None)], 'b': b'x', 'c': {1}}
src = '''\
@d
async def f[T](a, /, b: int = 1, *c, d, **e) -> str:
    """doc"""
    async with x as y, z: pass
    async for i in j: break
    else: continue_ = 1
    try: raise A from B
    except* C as c: pass
    finally: return await g
match p:
    case {"k": [1, *r], **s} | P(x=0) if t: del u, v[1:2, ::3]
    case _: global_ = lambda *a, k=1: (yield)
type X[*Ts] = int
w = f"{a!r:>{b}}{c=}" + t"{q}" if (n := 5) else not -m ** ~o
'''
tree = ast.parse(src)
print(ast.unparse(tree))
# expect: @d
# expect: async def f[T](a, /, b: int=1, *c, d, **e) -> str:
# expect:     """doc"""
# expect:     async with x as y, z:
# expect:         pass
# expect:     async for i in j:
# expect:         break
# expect:     else:
# expect:         continue_ = 1
# expect:     try:
# expect:         raise A from B
# expect:     except* C as c:
# expect:         pass
# expect:     finally:
# expect:         return await g
# expect: match p:
# expect:     case {'k': [1, *r], **s} | P(x=0) if t:
# expect:         del u, v[1:2, ::3]
# expect:     case _:
# expect:         global_ = lambda *a, k=1: (yield)
# expect: type X[*Ts] = int
# expect: w = f'{a!r:>{b}}c={c!r}' + t'{q}' if (n := 5) else not -m ** (~o)
print(ast.dump(ast.parse(ast.unparse(tree))) == ast.dump(tree))  # expect: True
class V(ast.NodeVisitor):
    def __init__(self): self.names = []
    def visit_Name(self, n): self.names.append(n.id)
v = V(); v.visit(ast.parse("a + b(c)")); print(v.names)
# expect: ['a', 'b', 'c']
e = ast.Expression(ast.BinOp(ast.Constant(1), ast.Add(), ast.Constant(2)))
print(eval(compile(ast.fix_missing_locations(e), "t", "eval")))  # expect: 3
for bad in ("1 + x", "f()", "__import__('os')", "1 if 1 else 2"):
    try:
        ast.literal_eval(bad)
    except ValueError as x:
        print(str(x).split(" at 0x")[0])
# expect: malformed node or string on line 1: Name(id='x', ctx=Load())
# expect: malformed node or string on line 1: Call(func=Name(id='f', ctx=Load()), args=[], keywords=[])
# expect: malformed node or string on line 1: Call(func=Name(id='__import__', ctx=Load()), args=[Constant(value='os', kind=None)], keywords=[])
# expect: malformed node or string on line 1: IfExp(test=Constant(value=1, kind=None), body=Constant(value=1, kind=None), orelse=Constant(value=2, kind=None))
try:
    compile(ast.Expression(ast.Constant([1])), "t", "eval")
except (TypeError, ValueError) as x:
    print(type(x).__name__, x)  # expect: TypeError required field "lineno" missing from expr
print([(tokenize.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO("x = f'{1}' # c\nif y:\n  z\n").readline)])
# expect: [('NAME', 'x'), ('OP', '='), ('FSTRING_START', "f'"), ('OP', '{'), ('NUMBER', '1'), ('OP', '}'), ('FSTRING_END', "'"), ('COMMENT', '# c'), ('NEWLINE', '\n'), ('NAME', 'if'), ('NAME', 'y'), ('OP', ':'), ('NEWLINE', '\n'), ('INDENT', '  '), ('NAME', 'z'), ('NEWLINE', '\n'), ('DEDENT', ''), ('ENDMARKER', '')]
