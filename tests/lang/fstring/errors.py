def check(src):
    try:
        compile(src, "t", "exec")
        print("ok")
    except SyntaxError as e:
        print(e.msg)
check("f'{'")  # expect: f-string: expecting '}'
check("f'}'")  # expect: f-string: single '}' is not allowed
check("f'{}'")  # expect: f-string: valid expression required before '}'
check("f'{ }'")  # expect: f-string: valid expression required before '}'
check("f'{!r}'")  # expect: f-string: valid expression required before '!'
check("f'{x!}'")  # expect: f-string: missing conversion character
check("f'{x!z}'")  # expect: f-string: invalid conversion character 'z': expected 's', 'r', or 'a'
check("f'{x!rr}'")  # expect: f-string: invalid conversion character 'rr': expected 's', 'r', or 'a'
check("f'{x:'")  # expect: f-string: expecting '}', or format specs
check("f'{x!r'")  # expect: f-string: expecting '}'
check("f'{a b}'")  # expect: invalid syntax. Perhaps you forgot a comma?
check("f'{x; y}'")  # expect: f-string: expecting '=', or '!', or ':', or '}'
check("f'{lambda x: 1}'")  # expect: f-string: lambda expressions are not allowed without parentheses
check("f'{x = 1}'")  # expect: f-string: expecting '!', or ':', or '}'
check("f'{*a}'")  # expect: can't use starred expression here
check("f'{**a}'")  # expect: f-string: expecting a valid expression after '{'
check("f'{(}'")  # expect: closing parenthesis '}' does not match opening parenthesis '('
check("f'{x]}'")  # expect: f-string: unmatched ']'
check("f'{x:{y:{z}}}'")  # expect: ok
check("f'{x:{y:{z:{w}}}}'")  # expect: f-string: expressions nested too deeply
check("f'{#}'")
# expect: '{' was never closed
check("f'{x #c\n}'")
# expect: ok
check("f'''{x #c\n}'''")
# expect: ok
check("f'{yield}'")  # expect: 'yield' outside function
check("f'{await x}'")  # expect: 'await' outside function
check("f'{x!r:{y!q}}'")  # expect: f-string: invalid conversion character 'q': expected 's', 'r', or 'a'
check("f'abc")  # expect: unterminated f-string literal (detected at line 1)
check("f'{1:abc'")  # expect: f-string: expecting '}', or format specs
check("f'{\\'")  # expect: unexpected character after line continuation character
check("bf'x'")  # expect: 'b' and 'f' prefixes are incompatible
check("uf'x'")  # expect: 'u' and 'f' prefixes are incompatible
check("f'' b''")  # expect: cannot mix bytes and nonbytes literals
check("f'{x=!}'")  # expect: f-string: missing conversion character
check("f'{=}'")  # expect: f-string: valid expression required before '='
check("f'{x!=3}'")  # expect: ok
check("f'{x:=5}'")  # expect: ok
check("f'{(x:=5)}'")  # expect: ok
check("f'{x' '}'")  # expect: f-string: expecting '=', or '!', or ':', or '}'
check("f'{x}' + ")  # expect: invalid syntax
check("f'{ if 1: pass }'")  # expect: f-string: expecting a valid expression after '{'
check("f'{a $ b}'")  # expect: f-string: expecting '=', or '!', or ':', or '}'
check("f\"{'a'\"")  # expect: f-string: expecting '}'
check("f'{None = }'")  # expect: ok
check("f'{print x}'")  # expect: Missing parentheses in call to 'print'. Did you mean print(...)?
