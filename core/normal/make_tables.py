"""Writes tables/ from the Unicode data of the Python that runs it (3.14 or later): see src/lib.rs for the form."""

import pathlib
import unicodedata

TAGS = {
    "": "=", "font": "f", "noBreak": "n", "initial": "i", "medial": "m", "final": "l", "isolated": "o", "circle": "c",
    "super": "s", "sub": "b", "vertical": "v", "wide": "w", "narrow": "a", "small": "t", "square": "q",
    "fraction": "r", "compat": "k",
}
HANGUL = range(0xAC00, 0xD7A4)

lines, pairs, classes = [], [], []
for code in range(0x110000):
    char = chr(code)
    if combining := unicodedata.combining(char):
        if classes and classes[-1][0] + classes[-1][1] == code and classes[-1][2] == combining:
            classes[-1][1] += 1
        else:
            classes.append([code, 1, combining])
    parts = unicodedata.decomposition(char).split()
    if not parts or code in HANGUL:
        continue
    tag = parts.pop(0)[1:-1] if parts[0].startswith("<") else ""
    mapping = "".join(chr(int(p, 16)) for p in parts)
    lines.append((code, char + TAGS[tag] + mapping))
    if not tag and len(mapping) == 2 and unicodedata.normalize("NFC", mapping) == char:
        pairs.append(mapping + char)



def ranges(codes):
    """Rows of a first code and a count."""
    rows = []
    for code in codes:
        if rows and rows[-1][0] + rows[-1][1] == code:
            rows[-1][1] += 1
        else:
            rows.append([code, 1])
    return map(tuple, rows)


def changed(form):
    """Characters that a composed form never holds."""
    return (code for code in range(0x110000) if code not in range(0xD800, 0xE000) and unicodedata.normalize(form, chr(code)) != chr(code))


text = "\n".join(line for _, line in lines) + "\n"
# Where the lines of each 64 characters begin.
last = lines[-1][0] >> 6
starts = [sum(len(line.encode()) + 1 for code, line in lines if code >> 6 < block) for block in range(last + 2)]
here = pathlib.Path(__file__).parent / "tables"
(here / "decompositions.txt").write_text(text)
(here / "compositions.txt").write_text("\n".join(sorted(pairs, key=lambda p: list(map(ord, p)))) + "\n")


def rust(name, kind, rows):
    return f"static {name}: &[{kind}] = &[{', '.join(map(str, rows))}];\n"


(here / "tables.in").write_text(
    f"// Unicode {unicodedata.unidata_version}; written by make_tables.py.\n\n"
    + rust("BLOCKS", "u16", starts)
    + rust("SECONDS", "u32", sorted({ord(p[1]) for p in pairs}))
    + rust("NOT_IN_NFC", "(u32, u16)", ranges(changed("NFC")))
    + rust("NOT_IN_NFKC", "(u32, u16)", ranges(changed("NFKC")))
    + rust("CLASSES", "(u32, u8, u8)", (tuple(c) for c in classes))
)
