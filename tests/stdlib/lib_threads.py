# needs: threads
import threading, queue, time
results = []
lock = threading.Lock()
def work(n):
    for _ in range(1000):
        with lock:
            results.append(n)
ts = [threading.Thread(target=work, args=(i,)) for i in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(len(results), sorted(set(results)), threading.active_count(), ts[0].is_alive())  # expect: 4000 [0, 1, 2, 3] 1 False
q = queue.Queue()
def producer():
    for i in range(3): q.put(i)
    q.put(None)
threading.Thread(target=producer).start()
print(list(iter(q.get, None)))  # expect: [0, 1, 2]
e = threading.Event()
t = threading.Timer(0.01, e.set)
t.start()
print(e.wait(5), lock.locked(), lock.acquire(blocking=False), lock.release())  # expect: True False True None
loc = threading.local()
loc.x = 1
def check(): results.append(hasattr(loc, "x"))
t = threading.Thread(target=check, name="named"); t.start(); t.join()
print(results[-1], t.name, threading.current_thread() is threading.main_thread())  # expect: False named True
c = threading.Condition()
ready = []
def waiter():
    with c:
        c.wait_for(lambda: ready, timeout=5)
        results.append("woken")
t = threading.Thread(target=waiter); t.start()
with c:
    ready.append(1)
    c.notify_all()
t.join()
print(results[-1])  # expect: woken
def fails(): raise ValueError("in thread")
threading.excepthook = lambda a: print("hook", a.exc_type.__name__, a.exc_value)
t = threading.Thread(target=fails); t.start(); t.join()
try:
    lock.release()
except RuntimeError as x:
    print(x)
r = threading.RLock()
with r, r: print("reentrant")
s = threading.Semaphore(2)
print(s.acquire(), s.acquire(), s.acquire(blocking=False))
def spin():
    global counter
    for _ in range(100000): counter += 0
counter = 0
ts = [threading.Thread(target=spin) for _ in range(3)]; [t.start() for t in ts]; [t.join() for t in ts]
print("done")
# expect: hook ValueError in thread
# expect: release unlocked lock
# expect: reentrant
# expect: True True False
# expect: done
