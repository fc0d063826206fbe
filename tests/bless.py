"""Writes the expectations of test scripts from the interpreter that runs this file.

    python3.14 tests/bless.py FILE ...        (or `cargo xtask bless --match RE`)

Use it with the reference interpreter only, and read what it wrote: it records what happened,
not what should happen. A script with a neighbour `.out` (or `.err`) file gets that file renewed.
Any other script gets its `# expect:` comments renewed: each line of output is put behind the
top-level statement that caused it, on the same line when the statement is one line and printed
one line, else on lines of their own after it. `# expect-error:` is renewed when the script ends
with an uncaught exception and has no `.err` file.
"""
import ast
import atexit
import builtins
import os
import re
import subprocess
import sys
import types

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MARK = "@@line "


class Recorder:
    """A stand-in for sys.stdout that notes which line of the script's module was running."""

    def __init__(self, path):
        self.path = path
        self.buffer_text = ""
        self.lines = []  # (line number or 0 for "after the end", text)

    encoding = "utf-8"
    errors = "strict"

    def where(self):
        frame = sys._getframe(2)
        found = 0
        while frame is not None:
            if frame.f_code.co_filename == self.path and frame.f_code.co_name == "<module>":
                found = frame.f_lineno
            frame = frame.f_back
        return found

    def write(self, text):
        if type(text) is not str:
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        self.buffer_text += text
        while "\n" in self.buffer_text:
            line, self.buffer_text = self.buffer_text.split("\n", 1)
            self.lines.append((self.where(), line))
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False

    def fileno(self):
        return 1


def record(path):
    """In the child: runs the script and reports on the real standard output."""
    real = sys.stdout
    recorder = Recorder(path)
    sys.argv = sys.argv[3:] or [path]
    sys.path[0] = os.path.dirname(path)
    def report():
        sys.stdout = real
        if recorder.buffer_text:
            recorder.lines.append((0, recorder.buffer_text))
        for number, line in recorder.lines:
            real.write(MARK + str(number) + " " + line.encode("utf-8", "backslashreplace").decode() + "\n")
        real.flush()

    with open(path, "rb") as file:
        source = file.read()
    # A module of its own, as the script would have, so that it is taken down at exit like one.
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=builtins)
    sys.modules["__main__"] = main
    sys.stdout = recorder
    atexit.register(report)
    exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)


def strip(source):
    """The script without its expectations."""
    kept = []
    for line in source.split("\n"):
        if re.match(r"\s*# expect(-error)?:", line):
            continue
        kept.append(re.sub(r"\s*# expect:.*$", "", line))
    return "\n".join(kept)


def run_plain(path, flags, arguments, stdin):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env.update(PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8", TERM="dumb")
    return subprocess.run([sys.executable, *flags, path, *arguments], input=stdin, capture_output=True, cwd=ROOT,
                          env=env)


def headers(source, name):
    return [w for m in re.findall(rf"(?m)^# {name}:(.*)$", source) for w in m.replace(",", " ").split()]


def bless(path):
    stem = os.path.splitext(path)[0]
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        source = file.read()
    flags, arguments = headers(source, "flags"), headers(source, "args")
    stdin = "".join(m + "\n" for m in re.findall(r"(?m)^# stdin: ?(.*)$", source)).encode()
    if os.path.exists(stem + ".in"):
        with open(stem + ".in", "rb") as file:
            stdin = file.read()
    out, err = stem + ".out", stem + ".err"
    if os.path.exists(out) or os.path.exists(err):
        done = run_plain(path, flags, arguments, stdin)
        prefix = (ROOT + "/").encode()
        if os.path.exists(out):
            with open(out, "wb") as file:
                file.write(done.stdout.replace(prefix, b""))
        if os.path.exists(err):
            with open(err, "wb") as file:
                file.write(done.stderr.replace(prefix, b""))
        if os.path.exists(out):
            return
    bare = strip(source)
    if bare != source:
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(bare)
    child = subprocess.run([sys.executable, *flags, os.path.abspath(__file__), "--record", path, path, *arguments],
                           input=stdin, capture_output=True, cwd=ROOT)
    happened = []
    for line in child.stdout.decode("utf-8").split("\n"):
        if line.startswith(MARK):
            number, _, text = line[len(MARK):].partition(" ")
            happened.append((int(number), text))
        elif line:
            happened.append((0, line))  # printed while the interpreter was shutting down
    done = run_plain(path, flags, arguments, stdin)
    if [t for _, t in happened] != done.stdout.decode("utf-8", "backslashreplace").split("\n")[:-1]:
        print(f"{path}: recorded output differs from plain output; all expectations go to the end", file=sys.stderr)
        happened = [(0, t) for t in done.stdout.decode("utf-8").split("\n")[:-1]]
    lines = place(bare, happened)
    code = done.returncode
    if code and not os.path.exists(err):
        last = done.stderr.decode().rstrip("\n").split("\n")[-1]
        if last and "# exit:" not in bare:
            lines = trim(lines) + ["# expect-error: " + last.replace(ROOT + "/", "")]
            if code != 1:
                print(f"{path}: exit status {code}", file=sys.stderr)
    elif code and code != 1:
        print(f"{path}: exit status {code}", file=sys.stderr)
    text = "\n".join(trim(lines)) + "\n"
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
    again = run_plain(path, flags, arguments, stdin)
    if again.stdout != done.stdout or again.returncode != code:
        print(f"{path}: behaves otherwise with its expectations written in", file=sys.stderr)


def trim(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def place(source, happened):
    lines = source.split("\n")
    if not happened:
        return lines
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        body = []
    spans = []
    for statement in body:
        first = min([statement.lineno] + [d.lineno for d in getattr(statement, "decorator_list", [])])
        spans.append((first, statement.end_lineno))
    by_span = {}
    tail = []
    last = -1
    for number, text in happened:
        index = next((i for i, (a, b) in enumerate(spans) if a <= number <= b), None)
        if index is None or index < last:
            tail.append(text)
        elif tail:
            tail.append(text)
        else:
            last = index
            by_span.setdefault(index, []).append((number, text))
    behind, below = {}, {}
    for index, outputs in by_span.items():
        first, end = spans[index]
        numbers = [n for n, _ in outputs]
        one_each = all(a < b for a, b in zip(numbers, numbers[1:]))
        clean = all("#" not in lines[n - 1] and not lines[n - 1].endswith("\\") and '"""' not in lines[n - 1]
                    and "'''" not in lines[n - 1] and inner_ok(lines[n - 1]) for n in numbers)
        shares = [i for i, (a, b) in enumerate(spans) if a == end or b == first]
        if one_each and clean and (first == end or compound(body[index])) and len(shares) <= 1 + (first == end):
            for number, text in outputs:
                behind[number] = text
        else:
            below.setdefault(end, []).extend(t for _, t in outputs)
    result = []
    for number, line in enumerate(lines, 1):
        if number in behind:
            line = line.rstrip() + "  # expect: " + behind[number]
        result.append(line)
        result.extend("# expect: " + text for text in below.get(number, []))
    if tail:
        result = trim(result)
        result.extend("# expect: " + text for text in tail)
    return [line[:-1] if line.endswith("# expect: ") else line for line in result]


def compound(statement):
    return isinstance(statement, (ast.If, ast.Try, ast.TryStar, ast.With, ast.Match, ast.For, ast.While))


def inner_ok(line):
    return line.lstrip().startswith(("print(", "show(", "check(", "del ", "raises(", "gc.collect(")) or " " not in line[:1]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        record(os.path.abspath(sys.argv[2]))
    else:
        for name in sys.argv[1:]:
            bless(name)
