"""Differential fuzzing: the same generated programs on two interpreters, outputs compared.

    python3 tests/fuzz/fuzz.py --ours target/release/krait --peer python3.14 --seconds 60
    python3 tests/fuzz/fuzz.py --ours … --peer … --seed 1234 --kind text      one program again
    python3 tests/fuzz/fuzz.py --peer python3.14 --write-corpus 4             renew tests/fuzz/corpus

A program is a list of small expressions made from a seed; each prints its value or its exception,
so one difference does not hide the next. Differences are printed with the expression that made
them. The corpus holds programs whose output the reference confirmed; the test command runs it like
any other test, so fuzzing has a bounded part that needs no reference interpreter.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "corpus")

PRELUDE = '''\
def show(v):
    if isinstance(v, (set, frozenset)):
        return type(v).__name__ + repr(sorted(v, key=lambda x: (type(x).__name__, repr(x))))
    if type(v) is tuple:
        return "(" + ", ".join(show(x) for x in v) + ")"
    return ascii(v)

def t(n, f):
    try:
        r = show(f())
    except Exception as e:
        r = type(e).__name__ + ": " + ascii(str(e))
    print(n, r if len(r) < 400 else r[:200] + "..." + str(len(r)))

'''


# What may not stand inside an f-string before Python 3.12.
ENDIAN = '"big"', '"little"'
ENCODINGS = '"utf-8"', '"ascii"', '"latin-1"', '"utf-16-le"', '"utf-32-be"'
HANDLERS = '"strict"', '"replace"', '"ignore"', '"backslashreplace"', '"surrogateescape"', '"xmlcharrefreplace"'
SEPARATORS = '":"', '"-", 2', '" ", -3'
SEQUENCES = "[]", "[9]", "range(3)", '"ab"', "l", "5", "(x for x in [7, 8])"
BUFFERS = 'b""', 'b"xy"', "[1, 2, 3]", "b", "5"
TABLE = '{97: None, 98: "xy"}'
UTF8 = ', "utf-8"'


class Generator:
    """Random expressions of one kind. Everything it makes depends on the seed only."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *choices):
        return self.r.choice(choices)

    # Leaves.

    def small(self):
        return self.r.randint(-12, 12)

    def integer(self):
        r = self.r
        kind = r.randrange(8)
        if kind < 3:
            return self.small()
        if kind < 5:
            return r.choice([-1, 1]) * ((1 << r.choice([15, 30, 31, 32, 47, 48, 49, 50, 53, 60, 62, 63, 64])) + r.randint(-2, 2))
        if kind < 6:
            return r.randint(-10 ** 6, 10 ** 6)
        return r.choice([-1, 1]) * r.getrandbits(r.randint(1, 400))

    def float_(self):
        r = self.r
        kind = r.randrange(7)
        if kind == 0:
            return r.choice(["0.0", "-0.0", "float('inf')", "float('-inf')", "float('nan')", "5e-324", "1.7976931348623157e308", "1e16", "1e22", "0.1", "2.5", "-0.5", "1e-5"])
        if kind < 3:
            return repr(r.randint(-1000, 1000) / 8)
        if kind < 5:
            return repr(r.uniform(-100, 100))
        return repr(r.uniform(-1, 1) * 10.0 ** r.randint(-30, 30))

    def number(self):
        kind = self.r.randrange(10)
        if kind < 6:
            return f"({self.integer()})"
        if kind < 9:
            return f"({self.float_()})"
        return self.pick("True", "False", f"complex({self.small()}, {self.small() / 2})")

    ALPHABETS = ["abc", "abcXYZ 012", "aé ß", "日本a", "a😀é", " \t\n\r\x0b\x85\u2028a", "01\u0663²½x", "ﬁǅIiİı", "a\x00\xff\ud800", "{}:!%sd", ".,-_"]

    def raw_text(self, longest=8):
        letters = self.pick(*self.ALPHABETS)
        return "".join(self.r.choice(letters) for _ in range(self.r.randrange(longest + 1)))

    def text(self, longest=8):
        return ascii(self.raw_text(longest))

    def bytes_(self, longest=8):
        pool = self.pick(b"abc", b"abc AB\t\n,", bytes(range(256)), b"0123+-", b"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80a")
        return repr(bytes(self.r.choice(pool) for _ in range(self.r.randrange(longest + 1))))

    def index(self):
        return self.pick("", "", "0", "1", "-1", "2", "-2", str(self.small()), str(self.small()), "100", "-100", "1 << 70", "None")

    def slice_(self):
        step = self.pick("", "", "", ":", ":1", ":-1", ":2", ":-2", ":3", f":{self.r.randint(-4, 4)}")
        return f"{self.index()}:{self.index()}{step}"

    def key(self):
        return self.pick(str(self.small()), self.text(2), f"{self.small()}.0", "None", "True", f"({self.small()}, {self.text(1)})", f"{self.small() / 4}")

    # Kinds of programs.

    def arithmetic(self):
        r = self.r
        kind = r.randrange(13)
        a, b = self.number(), self.number()
        if kind < 5:
            return f"{a} {self.pick('+', '-', '*', '/', '//', '%')} {b}"
        if kind == 5:
            return f"{a} ** ({self.small()})"
        if kind == 6:
            return f"({self.integer()}) {self.pick('&', '|', '^')} ({self.integer()})"
        if kind == 7:
            return f"({self.integer()}) {self.pick('<<', '>>')} {r.randint(-1, 90)}"
        if kind == 8:
            return f"{a} {self.pick('<', '<=', '==', '!=', '>', '>=')} {b}"
        if kind == 9:
            return f"divmod({a}, {b})"
        if kind == 10:
            return f"pow({self.integer()}, {self.integer() if r.random() < 0.4 else r.randint(-2, 300)}, {self.integer()})"
        if kind == 11:
            return self.pick(f"round({a}, {r.randint(-6, 6)})", f"round({a})", f"int({a})", f"float({a})", f"abs({a})", f"-{a}", f"hash({a})", f"bool({a})", f"({self.float_()}).as_integer_ratio()", f"({self.float_()}).hex()", f"({self.integer()}).bit_length()", f"str({a})", f"({self.integer()}).to_bytes({r.randint(0, 12)}, {self.pick(*ENDIAN)}, signed={self.pick('True', 'False')})", f"int.from_bytes({self.bytes_(10)}, signed={self.pick('True', 'False')})")
        return f"({a} {self.pick('+', '-', '*')} {b}) {self.pick('+', '*', '-', '//', '%')} {self.number()}"

    def spec(self):
        r = self.r
        out = ""
        if r.random() < 0.4:
            out += self.pick("", "", "*", "é", "0", " ", "😀") + self.pick("<", ">", "^", "=")
        out += self.pick("", "", "", "+", "-", " ") + self.pick("", "", "", "", "z") + self.pick("", "", "", "#")
        out += self.pick("", "", "", "0") + self.pick("", "", str(r.randint(0, 25)))
        out += self.pick("", "", "", ",", "_") + self.pick("", "", "", f".{r.randint(0, 12)}")
        return out + self.pick("", "", *"bcdeEfFgGnosxX%")

    def formatting(self):
        r = self.r
        kind = r.randrange(8)
        value = self.pick(f"({self.integer()})", f"({self.float_()})", f"({self.float_()})", self.text(), "True", f"complex({self.small()}, {self.small() / 4})", "None")
        if kind < 4:
            return f"format({value}, {ascii(self.spec())})"
        if kind == 4:
            flags = "".join(self.r.sample("-+ #0", r.randrange(3)))
            conversion = f"%{flags}{self.pick('', str(r.randint(0, 20)))}{self.pick('', f'.{r.randint(0, 10)}')}{self.pick(*'diouxXeEfFgGcrsa')}"
            return f"{conversion!r} % ({value},)"
        if kind == 5:
            fields = self.pick("{}", "{0}", "{:>6}", "{!r}", "{0!s:^9}", "{:{}}", "{a}", "{0[0]}", "{0.real}", "{{}}", "{", "}", "{!x}", "{:d}", "{:.3}")
            return f"{ascii(self.raw_text(2).replace('{', '').replace('}', '') + fields + self.pick('', '{}', ' {1}'))}.format({value}, {self.integer() % 30}, a={value})"
        if kind == 6:
            return self.pick(f"repr({value})", f"str({value})", f"ascii({value})", f"f'{{{value}!r:>20}}'" if not set(value) & set("'\"\\") else "1")
        return self.pick(f"float({ascii(self.float_text())})", f"int({ascii(self.int_text())}, {self.pick('10', '16', '2', '0', '36', '8')})", f"int({ascii(self.int_text())})", f"complex({ascii(self.float_text() + self.pick('', 'j', '+1j'))})")

    def float_text(self):
        return self.pick("", " ") + self.pick("", "+", "-") + self.pick("1", "1.5", ".5", "1.", "1e5", "1E-3", "inf", "nan", "Infinity", "1_0.5", "1__0", "0x1p3", "1e400", "9" * 25, "12345678.87654321e-7", "e5", ".") + self.pick("", " ", "x")

    def int_text(self):
        return self.pick("", " ", "+", "-") + self.pick("0", "12", "0x1F", "0b11", "0o17", "1_000", "1__0", "_1", "zz", "9" * 30, "٣", "0", "00", "08") + self.pick("", " ", "_", "\n")

    def strings(self):
        r = self.r
        s, u = self.text(), self.text(2)
        n = str(self.small())
        return self.pick(
            f"{s}.{self.pick('upper', 'lower', 'title', 'capitalize', 'swapcase', 'casefold', 'strip', 'lstrip', 'rstrip', 'split', 'rsplit', 'splitlines', 'isalpha', 'isalnum', 'isdigit', 'isdecimal', 'isnumeric', 'isspace', 'isupper', 'islower', 'istitle', 'isidentifier', 'isprintable', 'isascii', 'expandtabs', 'encode')}()",
            f"{s}.{self.pick('find', 'rfind', 'index', 'rindex', 'count', 'startswith', 'endswith', 'partition', 'rpartition', 'split', 'rsplit', 'strip', 'lstrip', 'rstrip', 'removeprefix', 'removesuffix', 'join', '__contains__', '__add__', '__lt__')}({u})",
            f"{s}.{self.pick('find', 'rfind', 'index', 'count', 'startswith', 'endswith')}({u}, {n}, {self.small()})",
            f"{s}.{self.pick('split', 'rsplit')}({self.pick('None', u)}, {n})",
            f"{s}.replace({u}, {self.text(3)}{self.pick('', ', ' + n)})",
            f"{s}.{self.pick('ljust', 'rjust', 'center')}({n}{self.pick('', ', ' + self.text(1))})",
            f"{s}.zfill({n})", f"{s}.expandtabs({n})", f"{s} * {n}", f"{s} + {u} * 2", f"{s} {self.pick('<', '==', '>', 'in', '!=')} {u}",
            f"{s}.translate(str.maketrans({self.pick(u + ', ' + u, TABLE, u + ', ' + self.text(2))}))",
            f"{s}.encode({self.pick(*ENCODINGS)}, {self.pick(*HANDLERS)})",
            f"sorted({s})", f"hash({s}) == hash({s[:]})", f"{u}.join({s})", f"[ord(c) for c in reversed({s})]", f"{s}.splitlines(True)",
        )

    def bytestrings(self):
        b, c = self.bytes_(), self.bytes_(2)
        n = str(self.small())
        make = self.pick("", "bytearray")
        b = f"{make}({b})"
        return self.pick(
            f"{b}.{self.pick('upper', 'lower', 'title', 'capitalize', 'swapcase', 'strip', 'split', 'rsplit', 'splitlines', 'isalpha', 'isalnum', 'isdigit', 'isspace', 'isupper', 'islower', 'istitle', 'isascii', 'hex', 'expandtabs', 'copy')}()",
            f"{b}.{self.pick('find', 'rfind', 'index', 'count', 'startswith', 'endswith', 'partition', 'rpartition', 'split', 'strip', 'removeprefix', 'join', '__contains__')}({c})",
            f"{b}.{self.pick('find', 'count', 'index')}({self.r.randint(-1, 260)}, {n})",
            f"{b}.replace({c}, {self.bytes_(2)}{self.pick('', ', ' + n)})",
            f"{b}.{self.pick('ljust', 'center', 'rjust')}({n}, {self.bytes_(1)})", f"{b}.zfill({n})",
            f"{b}.decode({self.pick(*ENCODINGS[:4])}, {self.pick(*HANDLERS[:5])})",
            f"{b}[{self.slice_()}]", f"{b}[{n}]", f"{b} + {c}", f"{b} * {n}", f"{b} {self.pick('<', '==', '>')} {c}",
            f"{b}.hex({self.pick(*SEPARATORS)})", f"bytes.fromhex({ascii(self.pick('', '4', '41', '41 42', '4 1', 'zz', ' 41', '0aFf'))})",
            f"list({b})", f"memoryview({b})[{self.slice_()}].tolist()", f"bytes({self.pick(n, '[1, 2, ' + n + ']', self.text(2), self.text(2) + UTF8)})",
        )

    def slicing(self):
        r = self.r
        kind = r.randrange(6)
        n = r.randrange(9)
        if kind == 0:
            return f"{self.pick(f'list(range({n}))', f'tuple(range({n}))', self.text(10), f'range({self.small()}, {self.small()}, {self.pick(1, 2, -1, -3, 5)})', self.bytes_(10))}[{self.slice_()}]"
        if kind == 1:
            return f"(lambda l: (l.__setitem__(slice({self.args()}), {self.pick(*SEQUENCES)}), l))(list(range({n})))"
        if kind == 2:
            return f"(lambda l: (l.__delitem__(slice({self.args()})), l))(list(range({n})))"
        if kind == 3:
            return f"slice({self.args()}).indices({r.randrange(12)})"
        if kind == 4:
            return f"(lambda l: ({self.pick(f'l.insert({self.small()}, 99)', f'l.pop({self.small()})', f'l.index({self.small()}, {self.small()})', 'l.reverse()', f'l.remove({self.small()})', f'l.__imul__({self.small() // 4})', 'l.extend(l)', 'l.sort(key=lambda x: -x)')}, l))(list(range({n})))"
        return f"(lambda b: (b.__setitem__(slice({self.args()}), {self.pick(*BUFFERS)}), b))(bytearray(range(65, {65 + n})))"

    def args(self):
        return ", ".join(self.index() or "None" for _ in range(3))

    def mapping(self):
        return "{" + ", ".join(f"{self.key()}: {self.small()}" for _ in range(self.r.randrange(5))) + "}"

    def set_(self):
        items = ", ".join(self.key() for _ in range(self.r.randrange(1, 6)))
        return self.pick("set", "set", "frozenset") + f"([{items}])"

    def containers(self):
        d, k = self.mapping(), self.key()
        s, u = self.set_(), self.set_()
        return self.pick(
            f"{d} {self.pick('|', '==', '!=')} {self.mapping()}", f"{d}[{k}]", f"{d}.get({k}, 'none')", f"{k} in {d}",
            f"(lambda d: ({self.pick(f'd.pop({k}, -1)', f'd.pop({k})', 'd.popitem()', f'd.setdefault({k}, [])', f'd.update({self.mapping()})', 'd.clear()', f'd.__delitem__({k})', f'd.__setitem__({k}, 0)', f'd.__ior__({self.mapping()})')}, list(d.items())))({d})",
            f"list(reversed({d}))", f"dict.fromkeys({self.text(4)}, {k})", f"sorted({d}, key=repr)", f"({d}).keys() {self.pick('&', '|', '-', '^')} {u}", f"({d}).keys() {self.pick('<', '<=', '==', '>', '>=')} {u}", f"({d}).items() & ({self.mapping()}).items()",
            f"{s} {self.pick('&', '|', '-', '^', '&', '-')} {u}", f"{s} {self.pick('<', '<=', '==', '!=', '>', '>=')} {u}", f"{s}.{self.pick('union', 'intersection', 'difference', 'symmetric_difference', 'issubset', 'issuperset', 'isdisjoint')}([{k}, {self.key()}])",
            f"(lambda s: ({self.pick(f's.add({k})', f's.discard({k})', f's.remove({k})', f's.update([{k}])', f's.difference_update([{k}])', f's.__iand__({u})')}, s))(set({s}))",
            f"{k} in {s}", f"len({s} | {u})", f"hash(frozenset({s})) == hash(frozenset(list({s})))",
            f"[{k}, {self.key()}, {self.key()}].{self.pick('index', 'count')}({k})", f"sorted([{self.number()}, {self.number()}, {self.number()}], key={self.pick('None', 'repr', 'lambda x: -abs(x)')}, reverse={self.pick('True', 'False')})",
            f"{self.pick('min', 'max')}({self.number()}, {self.number()}, {self.number()})", f"sum([{self.number()}, {self.number()}, {self.number()}])",
            f"list(zip({self.text(3)}, {d}{self.pick('', ', strict=True')}))", f"list(enumerate({self.text(3)}, {self.small()}))", f"({k}, {self.small()}) {self.pick('<', '==', '>')} ({self.key()}, {self.small()})", f"[{self.small()}, {k}] {self.pick('<', '==', '+')} [{self.small()}]",
        )


KINDS = {"arithmetic": Generator.arithmetic, "formatting": Generator.formatting, "text": Generator.strings,
         "bytes": Generator.bytestrings, "slicing": Generator.slicing, "containers": Generator.containers}


def program(kind, seed, size=80):
    generator = Generator(f"{kind}:{seed}")
    lines = [f"t({i}, lambda: {KINDS[kind](generator)})" for i in range(size)]
    return PRELUDE + "\n".join(lines) + "\n"


def run(interpreter, path, limit=60):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment["LC_ALL"] = "C.UTF-8"
    try:
        done = subprocess.run([*interpreter.split(), path], capture_output=True, timeout=limit, env=environment)
    except subprocess.TimeoutExpired:
        return ["<time limit>"]
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode:
        lines.append(f"<exit status {done.returncode}> " + done.stderr.decode("utf-8", "replace").strip()[-200:])
    return lines


def compare(options, folder, kind, seed):
    """The number of differing expressions of one program; prints them."""
    source = program(kind, seed)
    path = os.path.join(folder, f"{kind}_{seed}.py")
    with open(path, "w") as file:
        file.write(source)
    ours, theirs = run(options.ours, path), run(options.peer, path)
    if ours == theirs:
        return 0
    expressions = dict(line.split(", lambda: ", 1) for line in source.splitlines() if line.startswith("t("))
    mine, other = ({line.split(" ", 1)[0]: line for line in lines} for lines in (ours, theirs))
    differing = [k for k in {**other, **mine} if mine.get(k) != other.get(k)]
    print(f"--seed {seed} --kind {kind}: {len(differing)} differ")
    for k in differing[:options.show]:
        print("   ", expressions.get(f"t({k}", k).removesuffix(")"))
        print("        ours:", mine.get(k, "<nothing>"))
        print("        peer:", other.get(k, "<nothing>"))
    return len(differing)


def write_corpus(options):
    os.makedirs(CORPUS, exist_ok=True)
    for kind in KINDS:
        for seed in range(options.write_corpus):
            path = os.path.join(CORPUS, f"{kind}_{seed}.py")
            with open(path, "w") as file:
                file.write(program(kind, seed))
            lines = run(options.peer, path)
            assert lines and not lines[-1].startswith("<"), lines[-1:]
            with open(path[:-3] + ".out", "w") as file:
                file.write("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours")
    parser.add_argument("--peer", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--start", type=int, default=1000, help="the first seed")
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--show", type=int, default=10, help="differences shown of one program")
    parser.add_argument("--write-corpus", type=int, metavar="N", help="programs of each kind")
    options = parser.parse_args()
    if options.write_corpus:
        return write_corpus(options)
    if not options.ours:
        parser.error("--ours is needed")
    programs = differing = 0
    end = time.monotonic() + options.seconds
    seed = options.start if options.seed is None else options.seed
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            for kind in [options.kind] if options.kind else KINDS:
                programs += 1
                differing += compare(options, folder, kind, seed)
            if options.seed is not None:
                break
            seed += 1
    print(f"{programs} programs, {differing} expressions differ")
    sys.exit(differing != 0)


main()
