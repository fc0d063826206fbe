# stdin: first line
# stdin:   spaced  
# stdin:
# stdin: last
print(input())  # expect: first line
print(repr(input("prompt> ")))  # expect: prompt> '  spaced  '
print(repr(input()))  # expect: ''
print(repr(input()))  # expect: 'last'
try:
    input()
except EOFError as e:
    print("EOFError", e)  # expect: EOFError EOF when reading a line
