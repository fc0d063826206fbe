def t(spec, v=1.5):
    try:
        print(format(v, spec))
    except Exception as e:
        print(type(e).__name__, e)
for s in ("d", "x", "s", "c", "b", ",n", ".f", ".", "1.2.3f", "ff", ",_f", "#", "0=5", "{", "%%", ".9999999999f", "99999999999999999999f"):
    t(s)
# expect: ValueError Unknown format code 'd' for object of type 'float'
# expect: ValueError Unknown format code 'x' for object of type 'float'
# expect: ValueError Unknown format code 's' for object of type 'float'
# expect: ValueError Unknown format code 'c' for object of type 'float'
# expect: ValueError Unknown format code 'b' for object of type 'float'
# expect: ValueError Cannot specify ',' with 'n'.
# expect: ValueError Format specifier missing precision
# expect: ValueError Format specifier missing precision
# expect: ValueError Invalid format specifier '1.2.3f' for object of type 'float'
# expect: ValueError Invalid format specifier 'ff' for object of type 'float'
# expect: ValueError Cannot specify both ',' and '_'.
# expect: 1.5
# expect: 001.5
# expect: ValueError Unknown format code '{' for object of type 'float'
# expect: ValueError Invalid format specifier '%%' for object of type 'float'
# expect: ValueError precision too big
# expect: ValueError Too many decimal digits in format string
