# flags: -q -i
# stdin: x + 1
# stdin: for i in range(2):
# stdin:     i
# stdin: 
# stdin: (1,
# stdin:  2)
"""A prompt that no terminal shows goes to standard error."""
x = 5
# expect: 6
# expect: 0
# expect: 1
# expect: (1, 2)
