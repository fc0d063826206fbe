import string.templatelib as tl
T, I = tl.Template, tl.Interpolation
t = T("a", I(5, "x", "r", ">3"), "b")
print(t.strings, t.interpolations, t.values)  # expect: ('a', 'b') (Interpolation(5, 'x', 'r', '>3'),) (5,)
print(T("a", "b").strings, T(I(1, "x"), I(2, "y")).strings, T().strings)  # expect: ('ab',) ('', '', '') ('',)
print(I(1).expression, I(1, "e").conversion, repr(I(1, "e").format_spec), I.__match_args__)  # expect:  None '' ('value', 'expression', 'conversion', 'format_spec')
for f in (lambda: T(5), lambda: T(x=1), lambda: I(), lambda: I(1, 2), lambda: I(1, "a", "z"), lambda: setattr(t, "strings", ()), lambda: type("S", (T,), {})):
    try:
        f()
    except (TypeError, ValueError, AttributeError) as e:
        print(type(e).__name__, e)
# expect: TypeError Template.__new__ *args need to be of type 'str' or 'Interpolation', got int
# expect: TypeError Template.__new__ only accepts *args arguments
# expect: TypeError Interpolation() missing required argument 'value' (pos 1)
# expect: TypeError Interpolation() argument 'expression' must be str, not int
# expect: ValueError Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'
# expect: AttributeError readonly attribute
# expect: TypeError type 'string.templatelib.Template' is not an acceptable base type
def render(t):
    return "".join(p if isinstance(p, str) else str(p.value).upper() for p in t)
who = "me"
print(render(t"to {who}, {'x' * 3}"))  # expect: to ME, XXX
print(t"{who}" == t"{who}")  # expect: False
print(list(iter(T("", I(1, "a"), "x"))))  # expect: [Interpolation(1, 'a', None, ''), 'x']
