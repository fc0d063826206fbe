import sys
def lines(function, *args):
    seen = []
    def trace(frame, event, arg):
        if frame.f_code is function.__code__ and event in ("line", "return"):
            seen.append((event[0], frame.f_lineno - function.__code__.co_firstlineno))
        return trace
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(None)
    print(function.__name__, args, *(f"{e}{n}" for e, n in seen))
def branches(x):
    if x == 1:
        x += 1
    elif x == 2:
        x += 2
    else:
        pass
def without_else(x):
    if x:
        pass
def matches(x):
    match x:
        case 1:
            pass
        case [a, b]:
            a
        case _:
            x
def loops(n):
    for i in range(n):
        if i:
            continue
    while n:
        n -= 1
for n in 1, 2, 3:
    lines(branches, n)
# expect: branches (1,) l1 l2 r2
# expect: branches (2,) l1 l3 l4 r4
# expect: branches (3,) l1 l3 l6 r6
lines(without_else, 0)  # expect: without_else (0,) l1 r1
lines(without_else, 1)  # expect: without_else (1,) l1 l2 r2
lines(matches, 1)  # expect: matches (1,) l1 l2 l3 r3
lines(matches, [1, 2])  # expect: matches ([1, 2],) l1 l2 l4 l5 r5
lines(matches, 3)  # expect: matches (3,) l1 l2 l4 l6 l7 r7
lines(loops, 2)  # expect: loops (2,) l1 l2 l1 l2 l3 l1 l4 l5 l4 l5 l4 r4
