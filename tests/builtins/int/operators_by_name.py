n = 10
for op in ("add", "sub", "mul", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor", "truediv", "divmod", "eq", "ne", "lt", "le", "gt", "ge"):
    print(op, getattr(n, f"__{op}__")(3), getattr(n, f"__{op}__")("x"), getattr(n, f"__r{op}__")(3) if hasattr(n, f"__r{op}__") else "-")
# expect: add 13 NotImplemented 13
# expect: sub 7 NotImplemented -7
# expect: mul 30 NotImplemented 30
# expect: floordiv 3 NotImplemented 0
# expect: mod 1 NotImplemented 3
# expect: pow 1000 NotImplemented 59049
# expect: lshift 80 NotImplemented 3072
# expect: rshift 1 NotImplemented 0
# expect: and 2 NotImplemented 2
# expect: or 11 NotImplemented 11
# expect: xor 9 NotImplemented 9
# expect: truediv 3.3333333333333335 NotImplemented 0.3
# expect: divmod (3, 1) NotImplemented (0, 3)
# expect: eq False NotImplemented -
# expect: ne True NotImplemented -
# expect: lt False NotImplemented -
# expect: le False NotImplemented -
# expect: gt True NotImplemented -
# expect: ge True NotImplemented -
