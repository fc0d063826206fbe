"""WebAssembly modules made by hand, for what a compiler would not make."""
import os
import tempfile

I32, I64, F32, F64 = 0x7F, 0x7E, 0x7D, 0x7C
# Instructions.
UNREACHABLE, LOOP, END, BR, CALL, LOCAL_GET, I32_LOAD, I32_CONST, MEMORY_GROW = 0x00, 0x03, 0x0B, 0x0C, 0x10, 0x20, 0x28, 0x41, 0x40


def leb(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def vector(items):
    return leb(len(items)) + b"".join(items)


def name(text):
    return leb(len(text)) + text.encode()


def section(number, content):
    return bytes([number]) + leb(len(content)) + content


def module(functions, pages=1, imports=(), start=None, most=None):
    """Functions are (name, parameters, results, code); imports are (module, name) of functions without either."""
    types = [b"\x60" + vector([bytes([t]) for t in params]) + vector([bytes([t]) for t in results]) for _, params, results, _ in functions]
    types.append(b"\x60\0\0")
    limits = leb(pages) if most is None else leb(pages) + leb(most)
    exports = [name(n) + b"\0" + leb(i + len(imports)) for i, (n, *_) in enumerate(functions)]
    exports.append(name("memory") + b"\2\0")
    bodies = [b"\0" + bytes(code) + b"\x0b" for *_, code in functions]
    parts = [section(1, vector(types))]
    if imports:
        parts.append(section(2, vector([name(m) + name(n) + b"\0" + leb(len(functions)) for m, n in imports])))
    parts.append(section(3, vector([leb(i) for i in range(len(functions))])))
    parts.append(section(5, vector([bytes([most is not None]) + limits])))
    parts.append(section(7, vector(exports)))
    if start is not None:
        parts.append(section(8, leb(start)))
    parts.append(section(10, vector([leb(len(b)) + b for b in bodies])))
    return b"\0asm\1\0\0\0" + b"".join(parts)


folder = tempfile.mkdtemp()
made = 0


def file(content):
    global made
    made += 1
    path = os.path.join(folder, f"module{made}.wasm")
    with open(path, "wb") as f:
        f.write(content)
    return path
