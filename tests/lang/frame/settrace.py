import sys
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("f", "g"):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else None))
    return tracer
def g(x):
    return x * 2
def f():
    a = 1
    for i in range(2):
        a += g(i)
    try:
        raise ValueError
    except ValueError:
        pass
    return a
sys.settrace(tracer)
f()
sys.settrace(None)
for e in events: print(*e)
# expect: f call 0 None
# expect: f line 1 None
# expect: f line 2 None
# expect: f line 3 None
# expect: g call 0 None
# expect: g line 1 None
# expect: g return 1 0
# expect: f line 2 None
# expect: f line 3 None
# expect: g call 0 None
# expect: g line 1 None
# expect: g return 1 2
# expect: f line 2 None
# expect: f line 4 None
# expect: f line 5 None
# expect: f exception 5 None
# expect: f line 6 None
# expect: f line 7 None
# expect: f line 8 None
# expect: f return 8 3
