def check(src):
    try:
        compile(src, "t", "exec")
    except SyntaxError as e:
        print(e.msg)
check("(a, b) += 1")  # expect: 'tuple' is an illegal expression for augmented assignment
check("f() += 1")  # expect: 'function call' is an illegal expression for augmented assignment
check("[a] += 1")  # expect: 'list' is an illegal expression for augmented assignment
check("a + b += 1")  # expect: 'expression' is an illegal expression for augmented assignment
check("None += 1")  # expect: 'None' is an illegal expression for augmented assignment
check("x += yield = 1")  # expect: invalid syntax
check("'a' += 1")  # expect: 'literal' is an illegal expression for augmented assignment
check("(x for x in y) += 1")  # expect: 'generator expression' is an illegal expression for augmented assignment
