# needs: os
import signal, os, time
got = []
def handler(n, frame): got.append((n == signal.SIGUSR1, frame is not None))
old = signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(1000):
    if got: break
print(got, old is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is handler)  # expect: [(True, True)] True True
def raises(n, f): raise TimeoutError("alarm")
signal.signal(signal.SIGALRM, raises)
for loop in ("while True: pass", "for i in iter(int, 1): pass", "time.sleep(10)", "any(map(lambda x: 0, iter(int, 1)))"):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        exec(loop)
    except TimeoutError as e:
        print("interrupted", loop)
# expect: interrupted while True: pass
# expect: interrupted for i in iter(int, 1): pass
# expect: interrupted time.sleep(10)
# expect: interrupted any(map(lambda x: 0, iter(int, 1)))
try:
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(10 ** 7): pass
except KeyboardInterrupt:
    print("KeyboardInterrupt")  # expect: KeyboardInterrupt
print(signal.strsignal(signal.SIGTERM), signal.SIGINT, repr(signal.Signals(15)))  # expect: Terminated 2 <Signals.SIGTERM: 15>
