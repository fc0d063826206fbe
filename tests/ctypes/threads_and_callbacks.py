"""Foreign calls let other threads run, and callbacks take the interpreter back."""
# needs: libraries threads
import threading
from ctypes import *
from _native import LIBRARY

lib = CDLL(LIBRARY)
libc = CDLL(None)
Unary = CFUNCTYPE(c_int, c_int)
lib.apply.argtypes, lib.apply.restype = [Unary, c_int], c_int

counts = [0] * 4
go = threading.Event()


def work(i):
    def step(x):
        counts[i] += x
        return counts[i]

    f = Unary(step)
    go.wait()
    for _ in range(500):
        lib.apply(f, 1)


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
go.set()
for t in threads:
    t.join()
print(counts)  # expect: [500, 500, 500, 500]

done = []
sleeper = threading.Thread(target=lambda: (libc.usleep(200_000), done.append("sleeper")))
sleeper.start()
done.append("main")
sleeper.join()
print(done)  # expect: ['main', 'sleeper']
