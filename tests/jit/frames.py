# Frames, tracebacks and locals are the interpreter's, whoever runs the loop.
import sys, traceback
def inner(x, k):
    y = x * 2
    return y // k
def outer(n):
    total = 0
    for i in range(n):
        total += inner(i, 40 - i)
    return total
try:
    outer(60)
except ZeroDivisionError as e:
    tb = e.__traceback__.tb_next
    while tb:
        f = tb.tb_frame
        print(f.f_code.co_name, tb.tb_lineno - f.f_code.co_firstlineno, {k: v for k, v in f.f_locals.items()})
        tb = tb.tb_next
# expect: outer 3 {'n': 60, 'total': 248, 'i': 40}
# expect: inner 2 {'x': 40, 'k': 0, 'y': 80}
def look(i):
    f = sys._getframe(1)
    return sorted((k, v) for k, v in f.f_locals.items() if k != "seen")
def watched(n):
    seen = None
    s = 0.5
    for i in range(n):
        s += i
        if i == 44:
            seen = look(i)
    return seen, s
print(watched(50))  # expect: ([('i', 44), ('n', 50), ('s', 990.5)], 1225.5)
class Finaliser:
    def __init__(self, log): self.log = log
    def __del__(self): self.log.append(len(self.log))
def drops(n):
    log = []
    x = None
    for i in range(n):
        x = Finaliser(log)
        if len(log) != i:
            return "late"
    del x
    return len(log)
print(drops(50))  # expect: 50
def depth(n):
    def down(k):
        return 1 + down(k - 1) if k else 0
    s = 0
    for i in range(n):
        s += down(i % 7)
    return s
print(depth(50))  # expect: 147
def handled(n):
    caught = 0
    for i in range(n):
        try:
            if i % 10 == 9:
                [][i]
            caught += 1
        except IndexError:
            caught += 100
        finally:
            caught += 1000
    return caught
print(handled(50))  # expect: 50545
def generator(n):
    s = 0
    for i in range(n):
        s += i
        yield s
print(list(generator(45))[-3:])  # expect: [903, 946, 990]
