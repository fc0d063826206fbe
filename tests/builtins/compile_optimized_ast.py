"""`compile` with PyCF_OPTIMIZED_AST, of text and of a tree, which stays as it is."""
import ast

SOURCE = '''"module"
def f():
    "function"
class A:
    "class"
    x = 1
match __debug__:
    case -1 | {1+2j: y}: pass
'''
for level in (0, 2):
    tree = ast.parse(SOURCE)
    before = ast.dump(tree)
    made = compile(tree, "f", "exec", flags=ast.PyCF_OPTIMIZED_AST, optimize=level)
    print(made is tree, ast.dump(tree) == before, ast.dump(made) == ast.dump(compile(SOURCE, "f", "exec", flags=ast.PyCF_OPTIMIZED_AST, optimize=level)))
    for statement in made.body:
        print(ast.dump(statement))
# expect: False True True
# expect: Expr(value=Constant(value='module'))
# expect: FunctionDef(name='f', args=arguments(), body=[Expr(value=Constant(value='function'))])
# expect: ClassDef(name='A', body=[Expr(value=Constant(value='class')), Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1))])
# expect: Match(subject=Constant(value=True), cases=[match_case(pattern=MatchOr(patterns=[MatchValue(value=Constant(value=-1)), MatchMapping(keys=[Constant(value=(1+2j))], patterns=[MatchAs(name='y')])]), body=[Pass()])])
# expect: False True True
# expect: FunctionDef(name='f', args=arguments(), body=[Pass()])
# expect: ClassDef(name='A', body=[Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1))])
# expect: Match(subject=Constant(value=False), cases=[match_case(pattern=MatchOr(patterns=[MatchValue(value=Constant(value=-1)), MatchMapping(keys=[Constant(value=(1+2j))], patterns=[MatchAs(name='y')])]), body=[Pass()])])

tree = ast.parse("x = __debug__")
print(compile(tree, "f", "exec", flags=ast.PyCF_ONLY_AST) is tree, ast.dump(compile("__debug__ = 1", "f", "exec", flags=ast.PyCF_OPTIMIZED_AST)))
# expect: False Module(body=[Assign(targets=[Name(id='__debug__', ctx=Store())], value=Constant(value=1))])
