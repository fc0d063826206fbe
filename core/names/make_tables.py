"""Writes tables/ from the Unicode data of the Python that runs it (3.14 or later): see src/lib.rs for the form.

aliases.txt is Unicode's NameAliases.txt, sorted by name, without comments and kinds.
"""

import pathlib
import unicodedata
import zlib

BLOCK = 1024


def fingerprint(name):
    h = 0x811C9DC5
    for byte in name.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (h ^ h >> 16) & 0xFFFF


def deflate(text):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text) + packer.flush()


def rust(name, kind, rows):
    return f"static {name}: &[{kind}] = &[{', '.join(map(str, rows))}];\n"


numbered, named = [], []
for code in range(0x110000):
    name = unicodedata.name(chr(code), "")
    if not name or name.startswith("HANGUL SYLLABLE "):
        continue
    prefix, dash, digits = name.rpartition("-")
    if digits != f"{code:X}":
        named.append((code, name))
    elif numbered and numbered[-1][0] == prefix and numbered[-1][2] == code - 1:
        numbered[-1][2] = code
    else:
        numbered.append([prefix, code, code])
runs = []
for code, _ in named:
    if runs and sum(runs[-1]) == code:
        runs[-1][1] += 1
    else:
        runs.append([code, 1])
blocks, starts = b"", [0]
for at in range(0, len(named), BLOCK):
    blocks += deflate("\n".join(name for _, name in named[at : at + BLOCK]).encode())
    starts.append(len(blocks))
tables = pathlib.Path(__file__).parent / "tables"
(tables / "blocks.bin").write_bytes(blocks)
(tables / "fingerprints.bin").write_bytes(b"".join(fingerprint(name).to_bytes(2, "little") for _, name in named))
(tables / "tables.in").write_text(
    f"// Unicode {unicodedata.unidata_version}; written by make_tables.py.\n\n"
    f"const BLOCK: usize = {BLOCK};\n"
    + rust("NUMBERED", "(&str, u32, u32)", [f'("{p}", 0x{a:X}, 0x{b:X})' for p, a, b in numbered])
    + rust("RUNS", "(u32, u32)", [f"(0x{a:X}, {n})" for a, n in runs])
    + rust("STARTS", "u32", starts)
)
