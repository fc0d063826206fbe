# The lines that a tracer sees: of conditions that need no code, of branches at the end of loops, of what leaves `with`,
# `try` and `finally`, of class bodies.
import sys


def lines(function):
    """Line numbers from the function's own, and how it is left: `r` a return, `e` an exception."""
    seen = []
    first = function.__code__.co_firstlineno

    def trace(frame, event, arg):
        name = "" if frame.f_code is function.__code__ else frame.f_code.co_name + ":"
        if event in ("line", "return"):
            line = frame.f_lineno - first
            seen.append(f"{name}{line}" + ("r" if event == "return" else ""))
        return trace

    sys.settrace(trace)
    try:
        function()
    except Exception:
        pass
    sys.settrace(None)
    print(*seen)


def constant_conditions():
    if 1:
        x = 1
    if 0:
        x = 2
    n = 0
    while True:
        n += 1
        if n < 3:
            continue
        break
    return n

lines(constant_conditions)
# expect: 1 2 3 5 6 7 8 9 6 7 8 9 6 7 8 10 11 11r


def branches_in_loops():
    for a in range(3):
        if a == 0:
            x = 0
        elif a == 1:
            x = 1
        else:
            x = 2

lines(branches_in_loops)
# expect: 1 2 3 1 2 4 5 1 2 4 7 1 1r


class Manager:
    def __enter__(self): return self
    def __exit__(self, *args): return False


def leaving_with():
    for i in (1, 2):
        with Manager():
            break
    with Manager():
        return i

lines(leaving_with)
# expect: 1 2 __enter__:-4 __enter__:-4r 3 2 __exit__:-3 __exit__:-3r 4 __enter__:-4 __enter__:-4r 5 4 __exit__:-3 __exit__:-3r 4r


def leaving_finally():
    for i in range(2):
        try:
            if i:
                break
            x = i
        finally:
            y = i
    try:
        return x
    finally:
        z = 1

lines(leaving_finally)
# expect: 1 2 3 5 7 1 2 3 4 7 8 9 11 11r


def conditional_finally():
    try:
        try:
            raise ValueError
        finally:
            if x_is_set:
                pass
    except:
        done = True
    return done

x_is_set = True
lines(conditional_finally)
# expect: 1 2 3 5 6 7 8 9 9r


def groups():
    try:
        raise ExceptionGroup("", [ValueError()])
    except* ValueError:
        x = 1
    finally:
        y = 2

lines(groups)
# expect: 1 2 3 4 6 6r


def class_body():
    class C:
        """Text."""
        a = 1

        def f(self):
            self.b = 2

lines(class_body)
# expect: 1 C:1 C:2 C:3 C:5 C:5r 1r


def names_alone(x=1):
    x
    names_alone

lines(names_alone)
# expect: 1 2 2r


def nested():
    while True:
        while True:
            break
        break
    return 1

lines(nested)
# expect: 1 2 3 4 5 5r
