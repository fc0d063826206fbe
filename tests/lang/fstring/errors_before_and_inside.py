"""Which of several errors around strings is told, and where."""

def told(source):
    try:
        compile(source, "f", "exec")
        print("fine")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_offset)

# What is wrong with an f-string later on says nothing about an error in it.
told('f"{1 1:' + '{f"1:' * 199)  # expect: invalid syntax. Perhaps you forgot a comma? 1 4 7
told('f"{1 1}" + ' + 'f"{' * 155)  # expect: invalid syntax. Perhaps you forgot a comma? 1 4 7
told("F'{[F'{:'}[F'{:'}]]]")  # expect: f-string: valid expression required before ':' 1 8 9
told("f'{a b}' )")  # expect: unmatched ')' 1 10 10
told("1 1 ' ")  # expect: unterminated string literal (detected at line 1) 1 5 5

def nested(n):
    return 'f"{' * n + "1" + '}"' * n
told(nested(149))  # expect: fine
told(nested(150))  # expect: too many nested f-strings or t-strings 1 449 449

# A name between strings may be meant as part of one, whatever else is missing.
told("f('a' b 'c')")  # expect: invalid syntax. Is this intended to be part of the string? 1 7 8
told("f('a' b, 'c')")  # expect: invalid syntax. Perhaps you forgot a comma? 1 3 8
told("'a' + f(4, x for x in range(1))")  # expect: invalid syntax 1 14 17
told("a + f(4, x for x in range(1))")  # expect: Generator expression must be parenthesized 1 10 29

# Behind a backslash: counted from the line that was continued, or where the string began.
told("\nfgdfgf\n1,\\#\n2\n")  # expect: unexpected character after line continuation character 3 4 0
told("a + \\\nb\\ c\n")  # expect: unexpected character after line continuation character 2 6 0
told('"""é\nb"""\\ x')  # expect: unexpected character after line continuation character 2 9 0
told('"""a\n\nb"""\nc \\é x\n')  # expect: unexpected character after line continuation character 4 4 0
