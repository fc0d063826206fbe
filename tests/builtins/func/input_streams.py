# `input` uses the streams of sys, whatever they are, and says which one is missing.
import sys

class In:
    def __init__(self, *lines):
        self.lines = list(lines)
    def readline(self):
        return self.lines.pop(0)

class Out:
    def __init__(self):
        self.log = []
    def write(self, text):
        self.log.append(text)
    def flush(self):
        self.log.append("flush")

saved = sys.stdin, sys.stdout, sys.stderr

def ask(stdin, *prompt, gone=None):
    out, err = Out(), Out()
    sys.stdin, sys.stdout, sys.stderr = stdin, out, err
    if gone == "none":
        sys.stdout = None
    elif gone:
        delattr(sys, gone)
    try:
        result = input(*prompt)
    except Exception as e:
        result = f"{type(e).__name__}: {e}"
    sys.stdin, sys.stdout, sys.stderr = saved
    print(ascii(result), out.log, err.log)

ask(In("a line\n"), "prompt ")
# expect: 'a line' ['prompt ', 'flush'] ['flush']
ask(In("no end"), 5)
# expect: 'no end' ['5', 'flush'] ['flush']
ask(In("\udcff\ud800\n"))
# expect: '\udcff\ud800' ['flush'] ['flush']
ask(In("\n"))
# expect: '' ['flush'] ['flush']
ask(In(""))
# expect: 'EOFError: EOF when reading a line' ['flush'] ['flush']
ask(In(b"bytes\n"))
# expect: b'bytes' ['flush'] ['flush']
ask(In(5))
# expect: 'TypeError: object.readline() returned non-string' ['flush'] ['flush']
for gone in ("stdin", "stdout", "stderr", "none"):
    ask(In("x"), "prompt", gone=gone)
# expect: 'RuntimeError: lost sys.stdin' [] []
# expect: 'RuntimeError: lost sys.stdout' [] []
# expect: 'RuntimeError: lost sys.stderr' [] []
# expect: 'RuntimeError: lost sys.stdout' [] []
