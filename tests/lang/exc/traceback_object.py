def f(): g()
def g():
    raise ValueError("deep")
try:
    f()
except ValueError as e:
    tb = e.__traceback__
    names = []
    t = tb
    while t:
        names.append((t.tb_frame.f_code.co_name, t.tb_lineno))
        t = t.tb_next
    print(names)  # expect: [('<module>', 5), ('f', 1), ('g', 3)]
    print(tb.tb_next.tb_next.tb_next, tb.tb_lasti >= 0)  # expect: None True
    tb.tb_next = None
    print(tb.tb_next)  # expect: None
    T = type(tb)
    made = T(None, tb.tb_frame, tb.tb_lasti, 99)
    print(made.tb_lineno)  # expect: 99
    try:
        tb.tb_next = tb
    except ValueError as x:
        print(x)  # expect: traceback loop detected
    try:
        tb.tb_next = 5
    except TypeError as x:
        print(x)  # expect: expected traceback object, got 'int'
