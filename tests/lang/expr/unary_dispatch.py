class A:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
print(-A(), +A(), ~A())  # expect: neg pos inv
for op in ("-", "+", "~"):
    try:
        eval(op + "object()")
    except TypeError as e:
        print(e)
# expect: bad operand type for unary -: 'object'
# expect: bad operand type for unary +: 'object'
# expect: bad operand type for unary ~: 'object'
try:
    -"a"
except TypeError as e:
    print(e)  # expect: bad operand type for unary -: 'str'
