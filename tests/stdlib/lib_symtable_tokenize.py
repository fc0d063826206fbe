import io, symtable, tokenize
table = symtable.symtable("""
def outer(a, *rest):
    total = [x + a for x in rest]
    def inner():
        nonlocal total
        return total
    return inner
class C[T]:
    def m(self, v: T): return super().m
""", "t", "exec")
def show(t, depth=0):
    print("  " * depth + t.get_type(), t.get_name(), sorted(t.get_identifiers()))
    for child in t.get_children():
        show(child, depth + 1)
show(table)
# expect: module top ['C', 'outer']
# expect:   annotation __annotate__ ['.format']
# expect:   function outer ['a', 'inner', 'rest', 'total', 'x']
# expect:     annotation __annotate__ ['.format']
# expect:     function inner ['total']
# expect:   type parameters C ['.generic_base', '.type_params', 'T']
# expect:     class C ['.type_params', 'T', '__type_params__', 'm']
# expect:       annotation __annotate__ ['.format', 'T', '__classdict__']
# expect:       function m ['__class__', 'self', 'super', 'v']
outer = next(c for c in table.get_children() if c.get_name() == "outer" and c.get_type() == "function")
print(outer.get_parameters(), outer.get_locals(), outer.get_frees())  # expect: ('a', 'rest') ('a', 'rest', 'total', 'inner', 'x') ()
print(outer.lookup("total"), outer.lookup("a").is_parameter(), outer.lookup("x").is_comp_iter())  # expect: <symbol 'total': CELL, DEF_LOCAL> True True
try:
    symtable.symtable("def f(x): global x", "t", "exec")
except SyntaxError as e:
    print(e.msg, e.lineno)  # expect: name 'x' is parameter and global 1
source = "if x:  # why\n    y = f'{a!r:>{w}} {{}}' + \\\n        '''b\n'''\n\nz = (1,\n     2)\n"
for token in tokenize.generate_tokens(io.StringIO(source).readline):
    print(tokenize.tok_name[token.type], repr(token.string), token.start, token.end)
# expect: NAME 'if' (1, 0) (1, 2)
# expect: NAME 'x' (1, 3) (1, 4)
# expect: OP ':' (1, 4) (1, 5)
# expect: COMMENT '# why' (1, 7) (1, 12)
# expect: NEWLINE '\n' (1, 12) (1, 13)
# expect: INDENT '    ' (2, 0) (2, 4)
# expect: NAME 'y' (2, 4) (2, 5)
# expect: OP '=' (2, 6) (2, 7)
# expect: FSTRING_START "f'" (2, 8) (2, 10)
# expect: OP '{' (2, 10) (2, 11)
# expect: NAME 'a' (2, 11) (2, 12)
# expect: OP '!' (2, 12) (2, 13)
# expect: NAME 'r' (2, 13) (2, 14)
# expect: OP ':' (2, 14) (2, 15)
# expect: FSTRING_MIDDLE '>' (2, 15) (2, 16)
# expect: OP '{' (2, 16) (2, 17)
# expect: NAME 'w' (2, 17) (2, 18)
# expect: OP '}' (2, 18) (2, 19)
# expect: FSTRING_MIDDLE '' (2, 19) (2, 19)
# expect: OP '}' (2, 19) (2, 20)
# expect: FSTRING_MIDDLE ' {' (2, 20) (2, 22)
# expect: FSTRING_MIDDLE '}' (2, 23) (2, 24)
# expect: FSTRING_END "'" (2, 25) (2, 26)
# expect: OP '+' (2, 27) (2, 28)
# expect: STRING "'''b\n'''" (3, 8) (4, 3)
# expect: NEWLINE '\n' (4, 3) (4, 4)
# expect: NL '\n' (5, 0) (5, 1)
# expect: DEDENT '' (6, 0) (6, 0)
# expect: NAME 'z' (6, 0) (6, 1)
# expect: OP '=' (6, 2) (6, 3)
# expect: OP '(' (6, 4) (6, 5)
# expect: NUMBER '1' (6, 5) (6, 6)
# expect: OP ',' (6, 6) (6, 7)
# expect: NL '\n' (6, 7) (6, 8)
# expect: NUMBER '2' (7, 5) (7, 6)
# expect: OP ')' (7, 6) (7, 7)
# expect: NEWLINE '\n' (7, 7) (7, 8)
# expect: ENDMARKER '' (8, 0) (8, 0)
for bad in "(1,\n", "'abc\n", "if x:\n    y\n  z\n", "0b12\n":
    try:
        list(tokenize.generate_tokens(io.StringIO(bad).readline))
    except (tokenize.TokenError, SyntaxError) as e:
        print(type(e).__name__, e.args[0])
# expect: TokenError unexpected EOF in multi-line statement
# expect: TokenError unterminated string literal (detected at line 1)
# expect: IndentationError unindent does not match any outer indentation level
# expect: TokenError invalid digit '2' in binary literal
