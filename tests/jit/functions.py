# Functions that are compiled as a whole: recursion, calls of each other, and everything that makes their code be left.
import sys

def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

print(fib(20), fib(15))
# expect: 6765 610

# The types change in the middle of it.
def power(x, n):
    if n == 0:
        return 1
    half = power(x, n // 2)
    return half * half * (x if n % 2 else 1)

for i in range(2000):
    power(3, 20)
print(power(3, 20), power(1.5, 10), power(10, 30), power(True, 5))
# expect: 3486784401 57.6650390625 1000000000000000000000000000000 1

# Mutual recursion.
def even(n):
    return True if n == 0 else odd(n - 1)

def odd(n):
    return False if n == 0 else even(n - 1)

print(sum(even(n % 50) for n in range(3000)))
# expect: 1500

# Deep: the native stack is not the limit.
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

for i in range(300):
    depth(30)
print(depth(900))
# expect: 900
for i in range(3):
    try:
        depth(10**9)
    except RecursionError as e:
        print(e)
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
# expect: maximum recursion depth exceeded
print(depth(500))
# expect: 500

# Exceptions through several of them, caught in one of them, with their tracebacks.
def thrower(n):
    if n == 0:
        raise ValueError("bottom")
    return thrower(n - 1) + 1

def catcher(n):
    try:
        return thrower(n)
    except ValueError as e:
        depth, tb = 0, e.__traceback__
        while tb:
            depth, tb = depth + 1, tb.tb_next
        return depth

print(sum(catcher(n % 10) for n in range(2000)), catcher(7))
# expect: 13000 9

def finally_(n, log):
    try:
        if n == 0:
            return 1 // n
        return finally_(n - 1, log)
    finally:
        log.append(n)

total = 0
for i in range(500):
    log = []
    try:
        finally_(4, log)
    except ZeroDivisionError:
        total += sum(log)
print(total, log)
# expect: 5000 [0, 1, 2, 3, 4]

# A global is bound anew meanwhile, by the function itself.
def changing(n):
    global changing, kept
    if n == 1234:
        kept = changing
        changing = lambda n: -n
    return n

print(sum(changing(n) for n in range(2000)))
# expect: -475010

# Methods, with bound ones and classes among what is called.
class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right
    def total(self):
        n = self.value
        if self.left is not None:
            n += self.left.total()
        if self.right is not None:
            n += self.right.total()
        return n
    def insert(self, value):
        if value < self.value:
            if self.left is None:
                self.left = Node(value)
            else:
                self.left.insert(value)
        elif self.right is None:
            self.right = Node(value)
        else:
            self.right.insert(value)

root = Node(500)
for i in range(1000):
    root.insert(i * 7919 % 1009)
print(root.total(), [root.total() for i in range(200)][-1])
# expect: 505178 505178

def apply(f, n):
    return f(n) if n % 3 else f(n) + 1

class Callable:
    def __call__(self, n):
        return n * 2
    def double(self, n):
        return n * 3

c = Callable()
print(sum(apply(f, n) for n in range(1000) for f in (c, c.double, abs, lambda n: n, Callable.double.__get__(c))))
# expect: 4996670

# Defaults, keywords, star arguments: bound as ever.
def optional(a, b=2, *rest, c=3, **more):
    return a + b + len(rest) + c + len(more)

def calls(n):
    return optional(n) + optional(n, 1) + optional(n, 1, 2, 3) + optional(n, c=1) + optional(n, x=1)

print(sum(calls(n) for n in range(1000)))
# expect: 2521500

# What a function returns is of many kinds.
def kinds(n):
    if n % 5 == 0:
        return n
    if n % 5 == 1:
        return float(n)
    if n % 5 == 2:
        return None
    if n % 5 == 3:
        return [n]
    return str(n)

def collect(m):
    out = {}
    for n in range(m):
        kind = type(kinds(n)).__name__
        out[kind] = out.get(kind, 0) + 1
    return out

print(collect(5000))
# expect: {'int': 1000, 'float': 1000, 'NoneType': 1000, 'list': 1000, 'str': 1000}

# Objects die when the function's frame does, and not later.
class Loud:
    def __init__(self, log, n):
        self.log, self.n = log, n
    def __del__(self):
        self.log.append(self.n)

def scoped(log, n):
    loud = Loud(log, n)
    return n if n == 0 else scoped(log, n - 1) + 1

log = []
for i in range(400):
    log.clear()
    scoped(log, 5)
print(log)
# expect: [0, 1, 2, 3, 4, 5]

# Somebody looks at the frames.
def looks(n):
    if n == 0:
        names = []
        frame = sys._getframe()
        while frame:
            names.append((frame.f_code.co_name, frame.f_locals.get("n")))
            frame = frame.f_back
        return names[:4]
    return looks(n - 1)

for i in range(300):
    found = looks(3)
print(found)
# expect: [('looks', 0), ('looks', 1), ('looks', 2), ('looks', 3)]

def peeks(n, deep):
    here = n * 2
    if n == 0:
        if deep:
            sys._getframe(1).f_locals["here"] = 100
        return 0
    peeks(n - 1, deep)
    return here

for i in range(600):
    last = peeks(3, i >= 500), peeks(1, i >= 500)
print(last)
# expect: (6, 100)

# Tracing is switched on and off in the middle.
def traced(n, on):
    if n == 0:
        if on:
            sys.settrace(tracer)
        return 0
    return traced(n - 1, on) + 1

events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("traced", "after"):
        events.append((frame.f_code.co_name, event))
    return tracer

def after(n):
    return n

for i in range(400):
    traced(4, False)
traced(4, True)
after(1)
sys.settrace(None)
print(events[:4], len(events))
# expect: [('after', 'call'), ('after', 'line'), ('after', 'return')] 3

# A profiler sees each call once.
seen = []
def profiler(frame, event, arg):
    if event in ("call", "return") and frame.f_code.co_name == "fib":
        seen.append(event)

sys.setprofile(profiler)
fib(5)
sys.setprofile(None)
print(seen.count("call"), seen.count("return"))
# expect: 15 15

# Closures, made anew each time.
def adder(k):
    def add(n):
        return n + k if n > 0 else add(n + 1)
    return add

print(sum(adder(k)(n) for k in range(60) for n in (-3, 0, 5)))
# expect: 5730

# The code of a function is exchanged.
def first(n):
    return n + 1

def second(n):
    return n - 1

def uses(n):
    return first(n) if n == 0 else first(uses(n - 1))

a = [uses(5) for i in range(500)][-1]
first.__code__ = second.__code__
print(a, uses(5))
# expect: 6 -6

# Generators inside, and called by them.
def produce(n):
    for i in range(n):
        yield fib(i % 7)

def consume(n):
    return sum(produce(n)) + sum(x for x in produce(3))

print(sum(consume(n) for n in range(100)))
# expect: 13864

# Its name goes while it runs.
def vanishing(n):
    global vanishing
    if n == 0:
        del vanishing
        return 0
    return vanishing(n - 1) + 1

for i in range(400):
    kept = vanishing
    depth = kept(20)
    vanishing = kept
del kept
print(depth, vanishing(3), "vanishing" in globals())
# expect: 20 3 False
