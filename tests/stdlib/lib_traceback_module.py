import traceback, sys
def f(x):
    y = [1]
    return y[x] + \
        x
try:
    f(5)
except IndexError as e:
    print(traceback.format_exc().replace(__file__, "FILE"))
    print(traceback.extract_tb(e.__traceback__)[-1].name, traceback.format_exception_only(e), [s.lineno for s in traceback.extract_tb(e.__traceback__)])
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 7, in <module>
# expect:     f(5)
# expect:     ~^^^
# expect:   File "FILE", line 4, in f
# expect:     return y[x] + \
# expect:            ~^^^
# expect: IndexError: list index out of range
# expect:
# expect: f ['IndexError: list index out of range\n'] [7, 4]
try:
    compile("a b c", "<src>", "exec")
except SyntaxError as e:
    print("".join(traceback.format_exception_only(e)))
# expect:   File "<src>", line 1
# expect:     a b c
# expect:       ^
# expect: SyntaxError: invalid syntax
# expect:
def g(): return traceback.extract_stack()[-1].name
print(g())  # expect: g
te = traceback.TracebackException.from_exception(ValueError("x"))
print(list(te.format()), te.exc_type_str)  # expect: ['ValueError: x\n'] ValueError
traceback.print_exc(file=sys.stdout)  # expect: NoneType: None
