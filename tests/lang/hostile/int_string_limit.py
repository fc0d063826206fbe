import sys
print(sys.get_int_max_str_digits())  # expect: 4300
def t(f):
    try:
        f()
        print("ok")
    except (ValueError, SyntaxError) as e:
        print(e)
t(lambda: str(10 ** 4299))  # expect: ok
t(lambda: str(10 ** 4300))  # expect: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
t(lambda: int("1" * 4300))  # expect: ok
t(lambda: int("1" * 4301))  # expect: Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit
t(lambda: hex(10 ** 5000))  # expect: ok
t(lambda: int("f" * 5000, 16))  # expect: ok
t(lambda: repr([10 ** 5000]))  # expect: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
t(lambda: f"{10 ** 5000}")  # expect: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
t(lambda: "%d" % (10 ** 5000))  # expect: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
t(lambda: eval("1" * 5000))  # expect: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits. (<string>, line 1)
sys.set_int_max_str_digits(0)
t(lambda: str(10 ** 10000))  # expect: ok
try:
    sys.set_int_max_str_digits(100)
except ValueError as e:
    print(e)  # expect: maxdigits must be >= 640 or 0 for unlimited
