def f(a, b, *, c=1, d=2):
    try:
        return a + b
    except TypeError:
        return None
code = f.__code__
print(code.replace(co_name="g").co_name, code.replace(co_linetable=code.co_linetable) == code)  # expect: g True
swapped = code.replace(co_posonlyargcount=2, co_kwonlyargcount=0)
print(swapped == code, hash(swapped) == hash(code), swapped.co_posonlyargcount)  # expect: False False 2
print(list(code.replace(co_linetable=b"").co_lines()), code.replace(co_exceptiontable=b"") == code)  # expect: [] False
try:
    code.replace(co_argcount=9)
except ValueError as e:
    print(type(e).__name__)  # expect: ValueError
import marshal
print(marshal.loads(marshal.dumps(code)) == code)  # expect: True
f.__code__ = code.replace(co_exceptiontable=b"")
try:
    f(1, "x")
except TypeError:
    print("not caught")  # expect: not caught
