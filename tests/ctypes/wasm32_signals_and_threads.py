"""Signals reach a module that runs for ever; threads take turns in a module."""
# needs: modules os threads
import signal
import threading
import ctypes.wasm32 as c
from _modules import *

endless = c.CDLL(file(module([("forever", [], [], [LOOP, 0x40, BR, 0, END])])))


def on_alarm(number, frame):
    raise TimeoutError("enough")


signal.signal(signal.SIGALRM, on_alarm)
for _ in range(2):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        endless.forever()
    except TimeoutError as e:
        print(e)
# expect: enough
# expect: enough
seen = []
signal.signal(signal.SIGALRM, lambda *_: (seen.append(len(seen)), len(seen) == 3 and 1 / 0))
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
try:
    c.CDLL(file(module([("forever", [], [], [LOOP, 0x40, BR, 0, END])], start=0)))
except ZeroDivisionError:
    print(seen)  # expect: [0, 1, 2]
signal.setitimer(signal.ITIMER_REAL, 0)

lib = c.CDLL("target/ctypes/library.wasm")
Unary = c.CFUNCTYPE(c.c_int, c.c_int)
lib.apply.argtypes, lib.apply.restype = [Unary, c.c_int], c.c_int
counts = [0] * 4
go = threading.Event()


def work(i):
    def step(x):
        counts[i] += sum(range(50)) - 1224
        return counts[i]

    f = Unary(step)
    go.wait()
    for _ in range(300):
        lib.apply(f, 1)


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
go.set()
for t in threads:
    t.join()
print(counts)  # expect: [300, 300, 300, 300]
