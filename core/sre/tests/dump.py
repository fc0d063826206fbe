"""Write the table that tests/table.rs checks: pattern codes and the results CPython 3.14 gets with them.

Usage: python3.14 dump.py [RANDOM_CASES [SEED]] > table.txt
Lines: `p GROUPS CODE...` starts a pattern (hexadecimal); `t MODE KIND POS END CODEPOINTS RESULT` runs it.
MODE is s(earch), m(atch), f(ullmatch) or i(ter); KIND is b(ytes) or u(nicode); RESULT is `-` or, for each match,
lastindex (0 for none) and the spans of all groups as start.end, joined by commas; matches are joined by `;`.
"""
import random, re, sys, warnings
from re import _compiler, _parser

warnings.simplefilter("ignore")

TEXTS = ["", "a", "abc", "aaa", "aaab", "xabcy", "abcabc", "foo bar baz", "foo123bar", "  lead", "line1\nline2\n",
         "\n", "a\n", "\na\nb", "aXbXc", "((a)(b))", "a-b_c", "ABCabc", "The Cat", "x" * 40 + "y", "ababababc",
         "key = value", "1.5e10", "éàü", "ÀÉ ÿ", "straße STRASSE", "\u0130i\u0131I", "Привет, мир", "\u212ak K", "ſ s S",
         "日本語 text", "😀 emoji 😀", "١٢٣", "\ud800x", "a\u2028b", "\x1c \x85\xa0", "<a><b></a>", '"quo\\"ted"', "aab", "bbbaaa"]

PATTERNS = r"""
a
abc
a*
a+
a?
a*?
a+?b
a??
a*+
a++b
a?+a
a{2}
a{2,3}
a{1,2}?b
a{,2}+a
.*
.+
.*b
.*?b
.*+b
(?s:.*)b
(?s).
[abc]+
[^abc]+
[a-c]*?c
[\w-]+
[^\W\d]+
\d+
\D+
\s+
\S+
\w+
\W+
^a
^
$
\A
\Z
\z
a$
\b
\B
\b\w+\b
\Bb
(?m)^\w+$
(?m)^
(?m)$
a|b
abc|abd|ab
a|ab|abc
(a)|b
(a)|(b)|(c)
(a|ab)(c|bcd)(d*)
(?:a|ab)+c
(a)(b)(c)
((a)(b)?)c
(a*)*
(a*)+
(a+)+b
(a|b)*
(a|b)*?c
(?:a|b)+?c
(a|b)*+c
(?:ab)*+
(?:a|ab)++c
((?:ab)+)c
(a?)*?b
(?:a?)*?y
(a)?b
(a)?(?(1)b|c)
(a)?(?(1)bc|x)
(?(1)a|b)(x)?
(<)?a(?(1)>)
(?P<q>["'])(.*?)(?P=q)
(.)\1
(.+)\1
(a)\1
(a*)b\1
(?i)(a)\1
(?i)abc
(?i)[a-c]+
(?i)[^a-c]+
(?i)straße
(?i)ß
(?i)k
(?i)s
(?i)[k]
(?i)[j-l]
(?i)\u0130
(?i)i
(?i)привет
(?i)[а-я]+
(?i)[à-ÿ]+
(?i)é
(?ia)k
(?ia)abc
(?ia)[a-c]+
(?a)\w+
(?a)\b\w
(?a)\s+
(?a)\d
(?=a)
(?=ab)a
(?!a).
(?<=a)b
(?<!a)b
(?<=^)a
(?<=\b)\w
(?=(a))ab
(?!(a)b)a
(?<=(a))b
((?=(a))a)+
(?:(?!b).)*
(?:(?=a)(a)|b)+
(?>a+)b
(?>a|ab)c
(?>(a+))b
(?>a*)ab
((?>a+)b)+
(?:x(?>a|b)|y)
a(?>bc|b)c
(?:)
(?:)*
(?:)+
(?:|a)+
(?:a|)+
(?:|a)+?b
(|a)+
(|a)*
(a|)+
(?:(a)|b)*
(?:(a)|(b))*
(?:(a)|b)*?c
(?:(a)|(b)|(c))+
((a)|(b))+c
((a)|b)*\2
(?:(a)b|a(c)|a)+
(a(b)?)+
(a(b)?)+?c
(?:a(b)?|c)*
([ab])*c
([ab])*?c
([ab])*+c
([^x]*)y
x*y
x*?y
x+y
(x+x+)+y
(?:x+)+z
x{3,5}
x{3,5}?
x{3,5}+
(?:xx){2,}
(?:xx){2,3}y
(?:xx){2,}?y
(?:x{2}){2,}+y
(?:(x)x)*+y
\w+\s*=\s*\w+
[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?
"(?:[^"\\]|\\.)*"
<(\w+)>.*?</\1>
(\w+) (\w+)
(?x) a  b # comment
foo|bar|baz
(?:foo|bar|baz)\d*
fo+|ba[rz]
(?i:F)oo
(?-i:a)b
[\s\S]
[^\s\S]
[^\n]*
[]a]
[^]]
[\]\-]
[日本語]+
[^日本語]+
[\u0400-\u04ff]+
[\U0001f600-\U0001f64f]
[a\u0400-\u0410\u3000-\u30ff\u5000\u5002\u5004\u5006\u5008\u500a]+
(?i)[a\u0400-\u0410\u3000-\u30ff]+
😀
.😀
\x85
\u2028
[\ud800-\udfff]
(?s)(.)(.)
(?:.|\n)*
(?:(?:a)|(?:b))*c
((((((((((a))))))))))\10
(a)(?:(b)|(c))?
(?:(a)|(?:b))(?(1)b|a)
(?!)
(?!)|a
a(?!)
(?=a*)
(?=a*)*
(?:(?=a))*a
(?:(?!x)a)*
^(?:a+)+$
^(a|aa)+$
^(?:ab|a|b)*c?$
(.*)(\d+)
(.*?)(\d+)
(.*)c(.*)
(.+)b(.+)
([a-z]+)([0-9]+)
^\s*(\w+)\s*$
(?m)^(\w+)$\n?
(?:\r\n|\r|\n)
[a-zA-Z_]\w*
(?P<first>\w)(?P<rest>\w*)
(?:(?P<x>a)|(?P<y>b))+
(a)(?<=a)b
(?<=ab)c
(?<!ab)c
(?<=a|b)c
(?<=(?:ab))c
(?<![\w])\w
(?:a(?=b)|b(?=a))+
(?:(\w)(?=\w*\1))+
(.)(?=.*\1)
(\w)(?!.*\1)
(?:a{0,2}){2}
(?:a{0,2}?){2}b
(?:a|b){0}c
(?:a|b){3}
(?:(a)|(b)){2}
(a{2}){2}
((a)*)*
((a)*?)*?b
((a)+)+
(((a)+)?b)*
(?:(?:(a)|b)*c)*
(?:(?:(a)|b)*?c)*?$
((?:a|b)*+c?)+
(?:((?:ab)*+)c)*
(?:(a+)+?)+b
(?:(a)*+b)*
""".strip("\n").split("\n")

BYTES_PATTERNS = [rb"\w+", rb"(?i)abc", rb"(?L)\w+", rb"(?Li)abc", rb"(?Li)[a-c]+", rb"(?Li)(a)\1", rb"(?L)\b", rb"[\x80-\xff]+",
                  rb"\xe9", rb".", rb"(a)|b", rb"(?i)\xe9", rb"[^\x00-\x7f]", rb"(?Li)[^a]", rb"(?Li)\xe9", rb"\d+\s*", rb"abc"]
BYTES_TEXTS = [b"", b"abc", b"ABCabc", b"\xe9\xc9", b"a\nb", b"foo \x80\xff bar", b"12 34"]


def spans(match, groups):
    return ",".join([str(match.lastindex or 0)] + ["%d.%d" % match.span(i) for i in range(groups + 1)])


def case(out, pattern, mode, text, pos, end, groups):
    if mode == "i":
        found = list(pattern.finditer(text, pos, end))
    else:
        found = {"s": pattern.search, "m": pattern.match, "f": pattern.fullmatch}[mode](text, pos, end)
        found = [found] if found else []
    units = text if isinstance(text, bytes) else map(ord, text)
    out.append("t %s %s %d %d %s %s" % (
        mode, "b" if isinstance(text, bytes) else "u", pos, end, ",".join("%x" % c for c in units) or "-",
        ";".join(spans(m, groups) for m in found) or "-"))


def emit(source, runs):
    try:
        parsed = _parser.parse(source)
        codes = _compiler._code(parsed, 0)
        pattern = re.compile(source)
    except (re.PatternError, RecursionError, OverflowError):
        return
    groups = parsed.state.groups - 1
    out = ["p %d %s" % (groups, " ".join("%x" % c for c in codes))]
    for mode, text, pos, end in runs:
        case(out, pattern, mode, text, pos, end, groups)
    print("\n".join(out))


def atom(rng, depth, state):
    roll = rng.random()
    if depth <= 0 or roll < 0.45:
        return rng.choice(["a", "b", "c", "a", "b", ".", "[ab]", "[^a]", r"\w", "ab", "(?i:A)", "(?i:[Ab])"])
    if roll < 0.60:
        state[0] += 1
        return "(%s)" % alternatives(rng, depth - 1, state)
    if roll < 0.72:
        return "(?:%s)" % alternatives(rng, depth - 1, state)
    if roll < 0.77:
        return "(?>%s)" % alternatives(rng, depth - 1, state)
    if roll < 0.83:
        return "(?%s%s)" % (rng.choice("=!"), alternatives(rng, depth - 1, state))
    if roll < 0.86:
        return "(?<%s%s)" % (rng.choice("=!"), rng.choice(["a", "b", "[ab]", "ab", "a|b", "^", "(?=b)", "(a)"]))
    if roll < 0.92 and state[0]:
        return "\\%d" % rng.randint(1, state[0])
    if roll < 0.95 and state[0]:
        return "(?(%d)%s|%s)" % (rng.randint(1, state[0]), sequence(rng, depth - 1, state), sequence(rng, depth - 1, state))
    return rng.choice(["^", "$", r"\b", r"\B", r"\Z"])


def sequence(rng, depth, state):
    parts = []
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
        part = atom(rng, depth, state)
        if rng.random() < 0.45 and part not in ("^", "$", r"\b", r"\B", r"\Z"):
            part += rng.choice(["*", "+", "?", "*", "+", "{2}", "{1,2}", "{0,2}", "{2,}"]) + rng.choice(["", "", "", "?", "+"])
            if len(part) > 2 and part[:2] == "ab":
                part = "(?:ab)" + part[2:]
        parts.append(part)
    return "".join(parts)


def alternatives(rng, depth, state):
    return "|".join(sequence(rng, depth, state) for _ in range(rng.choice([1, 1, 2, 3])))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 700
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 14)
    if len(sys.argv) < 3:
        for number, source in enumerate(PATTERNS):
            runs = []
            for at, text in enumerate(TEXTS):
                if "x+x+)+" in source or "(?:x+)+z" in source or "+)+" in source:
                    text = text.replace("x" * 40, "x" * 14)
                found = re.search(source, text)
                # Every text that matches, and a few that do not.
                if found or (at + number) % 7 == 0:
                    runs.append(("i", text, 0, len(text)))
                    runs.append(("smf"[(at + number) % 3], text, 0, len(text)))
                    if at % 5 == 0:
                        runs.append(("s", text, 1, max(len(text) - 1, 0)))
            emit(source, runs)
        for source in BYTES_PATTERNS:
            emit(source, [(mode, text, 0, len(text)) for text in BYTES_TEXTS for mode in "ifs"])
    for _ in range(count):
        state = [0]
        source = alternatives(rng, 3, state)
        runs = []
        for _ in range(3):
            text = "".join(rng.choice("aaabbcAB") for _ in range(rng.randint(0, 9)))
            runs.append((rng.choice("ismf"), text, 0, len(text)))
        emit(source, runs)


main()
