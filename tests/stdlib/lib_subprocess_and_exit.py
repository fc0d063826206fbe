# needs: subprocess
import subprocess, sys
def run(*a, **k): return subprocess.run([sys.executable, *a], capture_output=True, text=True, **k)
print(run("-c", "print('child'); import sys; sys.exit(3)"))  if False else None
r = run("-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
print(r.returncode, repr(r.stdout), repr(r.stderr))  # expect: 3 'out\n' 'err\n'
print(run("-c", "print(input().upper())", input="piped\n").stdout)
# expect: PIPED
# expect:
print(run("-c", "raise ValueError('x')").stderr.splitlines()[-1], run("-c", "import sys; sys.exit('msg')").stderr, run("-c", "1/0").returncode)
# expect: ValueError: x msg
# expect:  1
print(run("-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)").returncode, run("-c", "raise KeyboardInterrupt").returncode)  # expect: -15 -2
print(run("-c", "import sys; print(sys.argv)", "a", "b c").stdout, run("-O", "-c", "print(__debug__)").stdout, run("-").returncode, run("-c", "print(1", ).stderr.splitlines()[-1])
# expect: ['-c', 'a', 'b c']
# expect:  False
# expect:  0 SyntaxError: '(' was never closed
try:
    run("-c", "while True: pass", timeout=1)
except subprocess.TimeoutExpired as e:
    print("timeout", e.timeout)  # expect: timeout 1
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as e:
    print(e)  # expect: [Errno 2] No such file or directory: '/nonexistent/program'
print(subprocess.check_output("echo shell | tr a-z A-Z", shell=True, text=True), run("-m", "this_is_no_module").stderr.split(": ", 1)[1] if False else "")
# expect: SHELL
# expect:  
