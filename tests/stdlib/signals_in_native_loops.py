# needs: os
# Loops that run in native code for ever are ended by a signal's handler that raises; CPython leaves some of them alone.
import collections, itertools, operator, signal
def raises(n, f): raise TimeoutError("alarm")
signal.signal(signal.SIGALRM, raises)
class Endless:
    def __getitem__(self, i): return i
    def __lt__(self, other): return False
def callbacks():
    yield "any", lambda: any(map(lambda x: 0, iter(int, 1)))
    yield "sorted", lambda: sorted(map(lambda x: 0, iter(int, 1)))
    yield "in", lambda: -1 in Endless()
    yield "filter", lambda: next(filter(lambda x: False, itertools.count()))
    yield "max", lambda: max(itertools.count(), key=lambda x: 0)
    yield "generator", lambda: any(0 for _ in itertools.repeat(1))
for name, loop in callbacks():
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        loop()
    except TimeoutError:
        print(name)
# expect: any
# expect: sorted
# expect: in
# expect: filter
# expect: max
# expect: generator
