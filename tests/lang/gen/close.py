def g():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closing")
        raise
    finally:
        print("finally")
it = g()
next(it)
print(it.close())
# expect: closing
# expect: finally
# expect: None
print(it.close(), list(it))  # expect: None []
fresh = g()
fresh.close()
print(list(fresh))  # expect: []
def stubborn():
    try:
        yield
    except GeneratorExit:
        yield "no"
s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)  # expect: generator ignored GeneratorExit
def valued():
    try:
        yield
    except GeneratorExit:
        return "final"
v = valued()
next(v)
print(v.close())  # expect: final
def other():
    try:
        yield
    except GeneratorExit:
        raise KeyError("changed")
o = other()
next(o)
try:
    o.close()
except KeyError as e:
    print(e)  # expect: 'changed'
