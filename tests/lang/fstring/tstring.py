name, n = "World", 5
t = t"Hello {name!r:>{n}} and {n + 1:05d}{name}!"
print(type(t).__name__, t.strings)  # expect: Template ('Hello ', ' and ', '', '!')
for i in t.interpolations:
    print(repr(i.value), repr(i.expression), i.conversion, repr(i.format_spec))
# expect: 'World' 'name' r '>5'
# expect: 6 'n + 1' None '05d'
# expect: 'World' 'name' None ''
print(t.values, list(t))  # expect: ('World', 6, 'World') ['Hello ', Interpolation('World', 'name', 'r', '>5'), ' and ', Interpolation(6, 'n + 1', None, '05d'), Interpolation('World', 'name', None, ''), '!']
print(t"".strings, t"{n}".strings, list(t"{n}a"), (t"a" t"b{n}").strings)  # expect: ('',) ('', '') [Interpolation(5, 'n', None, ''), 'a'] ('ab', '')
print(repr(t"x{n}"))  # expect: Template(strings=('x', ''), interpolations=(Interpolation(5, 'n', None, ''),))
print((t"a{n}" + t"b{n}").strings, (t"a" + t"{n}").strings)  # expect: ('a', 'b', '') ('a', '')
try:
    t"a" + "b"
except TypeError as e:
    print(e)  # expect: can only concatenate string.templatelib.Template (not "str") to string.templatelib.Template
print(t"{n=}".strings, t"{n=}".interpolations[0].conversion, t"{n = !s:x}".strings)  # expect: ('n=', '') r ('n = ', '')
print(rt"\n{n}".strings, t"{{}}".strings)  # expect: ('\\n', '') ('{}',)
match t"{n}".interpolations[0]:
    case __import__: print("matched")
# expect: matched
