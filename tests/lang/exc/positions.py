def spot(src):
    code = compile(src, "t", "exec")
    try:
        exec(code)
    except Exception as e:
        tb = e.__traceback__.tb_next
        while tb.tb_next: tb = tb.tb_next
        pos = list(tb.tb_frame.f_code.co_positions())[tb.tb_lasti // 2]
        line = src.split("\n")[pos[0] - 1]
        print(pos, line[pos[2]:pos[3]] if pos[0] == pos[1] else "multi-line")
spot("x = 1 + (2 / 0) * 3")  # expect: (1, 1, 9, 14) 2 / 0
spot("a = [1]\na[5] + 2")  # expect: (2, 2, 0, 4) a[5]
spot("f(1)(2)" .replace("f", "int"))  # expect: (1, 1, 0, 9) int(1)(2)
spot("x = 5\nx.foo.bar")  # expect: (2, 2, 0, 5) x.foo
spot("undefined")  # expect: (1, 1, 0, 9) undefined
spot("1 < 'a' < 3")  # expect: (1, 1, 0, 11) 1 < 'a' < 3
spot("-'a'")  # expect: (1, 1, 0, 4) -'a'
spot("a, b = 1")  # expect: (1, 1, 0, 4) a, b
spot("[i / 0 for i in [1]]")  # expect: (1, 1, 1, 6) i / 0
spot("'a' 'b' + 1")  # expect: (1, 1, 0, 11) 'a' 'b' + 1
spot("f'{1/0}'")  # expect: (1, 1, 3, 6) 1/0
spot("assert 0, 'x'")  # expect: (1, 1, 7, 8) 0
spot("del zz")  # expect: (1, 1, 4, 6) zz
spot("import nonesuch_module")  # expect: (1, 1, 0, 22) import nonesuch_module
spot("raise ValueError")  # expect: (1, 1, 0, 16) raise ValueError
spot("for x in 5: pass")  # expect: (1, 1, 9, 10) 5
spot("with 5: pass")  # expect: (1, 1, 5, 6) 5
spot("x = []\nx[0] = 1")  # expect: (2, 2, 0, 4) x[0]
spot("x = 1\nx.y = 2")  # expect: (2, 2, 0, 3) x.y
spot("print(*5)")  # expect: (1, 1, 0, 9) print(*5)
spot("(lambda: 1/0)()")  # expect: (1, 1, 9, 12) 1/0
spot("class C(5): pass")  # expect: (1, 1, 0, 16) class C(5): pass
spot("x = 1\nx += 'a'")  # expect: (2, 2, 0, 8) x += 'a'
