s = "hello"
print(f"{s:10}|{s:<10}|{s:>10}|{s:^10}|{s:*^11}|{s:.2}|{s:5.1}|{s:s}|{s:10s}|{s:é>7}|{s:😀<7}|{'é😀':>4}|{s:3}|{s:.0}|{s:.10}|{'':5}|{s:<}|{s:010}|{s:<<7}|{s:{'{'}>7}|")  # expect: hello     |hello     |     hello|  hello   |***hello***|he|h    |hello|hello     |ééhello|hello😀😀|  é😀|hello||hello|     |hello|hello00000|hello<<|{{hello|
for spec in ("d", "+", "=10", "#", ",", "_", "x", ".2f", "z", " ", "0=10", ".", "10.", "<>", "5.5.5", "-", "c", "0"):
    try:
        print(repr(format(s, spec)))
    except ValueError as e:
        print(spec, e)
# expect: d Unknown format code 'd' for object of type 'str'
# expect: + Sign not allowed in string format specifier
# expect: =10 '=' alignment not allowed in string format specifier
# expect: # Alternate form (#) not allowed in string format specifier
# expect: , Cannot specify ',' with 's'.
# expect: _ Cannot specify '_' with 's'.
# expect: x Unknown format code 'x' for object of type 'str'
# expect: .2f Unknown format code 'f' for object of type 'str'
# expect: z Negative zero coercion (z) not allowed in string format specifier
# expect:   Space not allowed in string format specifier
# expect: 0=10 '=' alignment not allowed in string format specifier
# expect: . Format specifier missing precision
# expect: 10. Format specifier missing precision
# expect: 'hello'
# expect: 5.5.5 Invalid format specifier '5.5.5' for object of type 'str'
# expect: - Sign not allowed in string format specifier
# expect: c Unknown format code 'c' for object of type 'str'
# expect: 'hello'
