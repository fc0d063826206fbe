"""Timing loop shared by the workloads.

usage: script.py [N [MIN_ITERS [BUDGET_S [CAP_S]]]]      (N = 0: the script's own default)

run(n) is called again and again: at least MIN_ITERS times and until BUDGET_S processor seconds
have gone, but never past CAP_S seconds of wall time once two iterations are in.  Every iteration must give the same
result.  Output, one line each:
  @check TEXT         the result, to be compared across interpreters
  @ops K              operations in one iteration, where a per-operation figure makes sense
  @wall T T T ...     seconds of each iteration, in order (the first is the cold one)
  @cpu  T T T ...     processor seconds of each iteration (all threads of the process)
  @hwm KB             peak resident set as the kernel tells it for this address space
"""
import sys
import time

try:
    from _hostclock import clock, cpu_clock  # given by a JavaScript host
except ImportError:
    clock = time.perf_counter
    cpu_clock = time.process_time


def peak_kb():
    try:
        with open("/proc/self/status") as f:
            for line in f:
                if line.startswith("VmHWM"):
                    return int(line.split()[1])
    except Exception:
        pass
    return 0


def main(run, n, ops=0, check=None, min_iters=5):
    a = sys.argv[1:]
    if len(a) > 0 and int(a[0]) > 0:
        n = int(a[0])
    if len(a) > 1 and int(a[1]) > 0:
        min_iters = int(a[1])
    budget = float(a[2]) if len(a) > 2 else 1.0
    cap = float(a[3]) if len(a) > 3 else 60.0
    wall = []
    cpu = []
    first = None
    start = clock()
    while True:
        c0 = cpu_clock()
        t0 = clock()
        result = run(n)
        t1 = clock()
        c1 = cpu_clock()
        wall.append(t1 - t0)
        cpu.append(c1 - c0)
        text = str(check(result) if check else result)
        if first is None:
            first = text
        elif text != first:
            print("@error result changed between iterations: " + first[:60] + " / " + text[:60])
            sys.exit(3)
        k = len(wall)
        gone = clock() - start
        spent = sum(cpu) or gone
        if (k >= min_iters and spent >= budget) or (k >= 2 and gone >= cap) or k >= 3000:
            break
    print("@check " + first[:200])
    if ops:
        print("@ops " + str(n * ops))
    print("@wall " + " ".join(["%.6g" % t for t in wall]))
    print("@cpu " + " ".join(["%.6g" % t for t in cpu]))
    print("@hwm " + str(peak_kb()))
