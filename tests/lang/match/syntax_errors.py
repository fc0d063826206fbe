def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
def c(p): check("match x:\n case " + p + ": pass")
c("a | b")  # expect: name capture 'a' makes remaining patterns unreachable
c("a | 1")  # expect: name capture 'a' makes remaining patterns unreachable
c("[a, a]")  # expect: multiple assignments to name 'a' in pattern
c("[*a, *b]")  # expect: multiple starred names in sequence pattern
c("{**a, 'k': 1}")  # expect: invalid syntax
c("{**a, **b}")  # expect: invalid syntax
c("{'k': 1, 'k': 2}")  # expect: mapping pattern checks duplicate key ('k')
c("{**_}")  # expect: invalid syntax
c("{a: 1}")  # expect: invalid syntax
c("P(x=1, x=2)")  # expect: attribute name repeated in class pattern: x
c("P(x=1, 2)")  # expect: positional patterns follow keyword patterns
c("x as y.z")  # expect: cannot use attribute as pattern target
c("x as _")  # expect: cannot use '_' as a target
c("1 as 2")  # expect: cannot use literal as pattern target
c("a.b()")  # expect: ok
c("f'x'")  # expect: patterns may only match literals and attribute lookups
c("-a")  # expect: invalid syntax
c("1 + 2")  # expect: imaginary number required in complex literal
c("1j + 2j")  # expect: real number required in complex literal
c("*a")  # expect: invalid syntax
c("[1, 2")  # expect: invalid syntax
c("x if y else z")  # expect: invalid syntax
c("_ | 1")  # expect: wildcard makes remaining patterns unreachable
c("(1 | a)")  # expect: alternative patterns bind different names
c("(a | [a]) as a")  # expect: name capture 'a' makes remaining patterns unreachable
c("P(a, b=a)")  # expect: multiple assignments to name 'a' in pattern
c("...")  # expect: invalid syntax
c("+1")  # expect: invalid syntax
check("match x:\n case a: pass\n case b: pass")  # expect: name capture 'a' makes remaining patterns unreachable
check("match x:\n pass")  # expect: invalid syntax
check("match x: pass")  # expect: invalid syntax
check("match x:\n case 1:\n  pass\n else: pass")  # expect: invalid syntax
check("match *a: \n case 1: pass")  # expect: invalid syntax
check("match *a, b: \n case 1: pass")  # expect: ok
