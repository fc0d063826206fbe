"""Whatever is wrong with a WebAssembly module, or with what is passed to it, ends in a Python exception."""
# needs: modules
import random
import ctypes.wasm32 as c
from _modules import *


def outcome(f, *args):
    try:
        f(*args)
    except (OSError, MemoryError, ValueError, TypeError, c.ArgumentError) as e:
        return type(e).__name__
    return "nothing"


def load(content):
    return c.CDLL(file(content))


with open("target/ctypes/library.wasm", "rb") as f:
    good = f.read()
lib = load(good)

# Files.
print(outcome(c.CDLL, "no/such/module.wasm"), outcome(c.CDLL, folder))  # expect: OSError OSError
print({outcome(load, good[:n]) for n in range(0, len(good) - 1, 97) if n != 8})  # expect: {'OSError'}
noise = random.Random(1)
print({outcome(load, noise.randbytes(n)) for n in range(0, 400, 7)})  # expect: {'OSError'}
print({outcome(load, good[:8] + noise.randbytes(n)) for n in range(1, 400, 7)})  # expect: {'OSError'}


def damaged():
    content = bytearray(good)
    for _ in range(4):
        content[noise.randrange(8, len(good))] = noise.randrange(256)
    return bytes(content)


print({outcome(load, damaged()) for _ in range(60)} <= {"OSError", "nothing"})  # expect: True

# Modules that ask for too much.
print(outcome(load, module([], pages=65536)))  # expect: OSError
try:
    load(module([("f", [], [], [])], imports=[("env", "escape"), ("wasi", "write")]))
except OSError as e:
    print(str(e).split(".wasm: ")[1])  # expect: the module imports what is not there: env.escape, wasi.write
print(outcome(load, module([("f", [], [], [UNREACHABLE])], start=0)))  # expect: OSError
grow = load(module([("grow", [I32], [I32], [LOCAL_GET, 0, MEMORY_GROW, 0])], most=65536)).grow
grown = grow(1)
print(grown, grow(60000), grow(1))  # expect: 1 -1 2

# Code that goes wrong.
bad = load(module([
    ("unreachable", [], [], [UNREACHABLE]),
    ("recurse", [], [], [CALL, 1]),
    ("load", [I32], [I32], [LOCAL_GET, 0, I32_LOAD, 2, 0]),
    ("wide", [I64], [I64], [LOCAL_GET, 0]),
    ("two", [], [I32, I32], [I32_CONST, 1, I32_CONST, 2]),
]))
print(outcome(bad.unreachable), outcome(bad.recurse), outcome(bad.load, -4), outcome(lib.divide, 1, 0))  # expect: OSError OSError OSError OSError
print(bad.load(0), lib.divide(7, 2))  # expect: 0 3
depth = 0


@c.CFUNCTYPE(c.c_int, c.c_int)
def again(n):
    global depth
    depth = n
    return lib.apply(again, n + 1) if n < 40 else n


print(lib.apply(again, 0), depth)  # expect: 40 40

# Wrong arguments.
print(outcome(bad.load), outcome(bad.load, 1, 2), outcome(bad.load, 1.5), outcome(bad.load, c.c_longlong(1)))  # expect: ArgumentError ArgumentError ArgumentError ArgumentError
print(outcome(bad.wide, 1), outcome(bad.wide, c.c_longlong(1)), outcome(bad.two))  # expect: ArgumentError TypeError TypeError
bad.wide.restype = c.c_longlong
print(bad.wide(c.c_longlong(-(2**62))))  # expect: -4611686018427387904
try:
    bad.load(1, 2)
except c.ArgumentError as e:
    print(e)  # expect: the function takes 1 argument (2 given)
print(outcome(bad.load, c.py_object), outcome(lambda: c.py_object(1)), outcome(lambda: c.py_object().value))  # expect: ArgumentError TypeError TypeError

# Wild pointers, from here.
IntP = c.POINTER(c.c_int)
wild = c.cast(0x7FFF0000, IntP)
print(outcome(lambda: wild[0]), outcome(lambda: wild.contents), outcome(wild.__setitem__, 0, 1), outcome(lambda: wild[0:2]))  # expect: OSError OSError OSError OSError
print(outcome(lambda: IntP()[0]), outcome(lambda: IntP().contents))  # expect: ValueError ValueError
for address in (0x10000000, 0x7FFFFFFE, 0xFFFFFFFF, 0x80001000, 77 << 32 | 8, 2**63, -1):
    assert outcome(c.c_int.from_address, address) == "OSError", hex(address)
    assert outcome(c.string_at, address) == "OSError", hex(address)
    assert outcome(c.string_at, address, 10) == "OSError", hex(address)
    assert outcome(c.wstring_at, address) == "OSError", hex(address)
    assert outcome(c.memoryview_at, address, 10) == "OSError", hex(address)
    assert outcome(c.memset, address, 1, 10) == "OSError", hex(address)
    assert outcome(c.memmove, address, b"0123456789", 10) == "OSError", hex(address)
n = c.c_int(1)
p = c.pointer(n)
print(p[0], outcome(lambda: p[1]), outcome(lambda: p[-1]), outcome(lambda: p[10**6]))  # expect: 1 OSError OSError OSError
print(outcome((c.c_char * 2**30).from_address, 16), outcome(c.string_at, 16, 2**31 - 1), outcome(c.memset, c.byref(n), 0, 5))  # expect: OSError OSError OSError
lost = c.addressof(c.c_int(5))
print(outcome(c.c_int.from_address, lost))  # expect: OSError

# Wild pointers, from there.
lib.sum_i32.argtypes, lib.sum_i32.restype = [c.c_void_p, c.c_size_t], c.c_longlong
print(outcome(lib.sum_i32, 0x7FFF0000, 1), outcome(lib.sum_i32, 0xFFFFFFFC, 1), outcome(lib.sum_i32, lost, 1))  # expect: OSError OSError OSError
Unary = c.CFUNCTYPE(c.c_int, c.c_int)
print(outcome(Unary(12345), 1), outcome(Unary(0xFFFFFF80), 1), outcome(Unary(0x40000000 + 10**6), 1))  # expect: OSError OSError OSError
Wrong = c.CFUNCTYPE(c.c_double, c.c_double)
lib.apply.argtypes = None
print(outcome(lib.apply, Wrong(lambda x: x), 1))  # expect: OSError
print(outcome(lib.apply, 0, 1), outcome(lib.apply, 9999, 1))  # expect: OSError OSError

# A module's own allocator is not believed.
for place in (0x7F, 0x00):
    liar = load(module([
        ("malloc", [I32], [I32], [I32_CONST, place]),
        ("free", [I32], [], [UNREACHABLE]),
        ("load", [I32], [I32], [LOCAL_GET, 0, I32_LOAD, 2, 0]),
    ]))
    print(outcome(liar.load, c.byref(c.c_int(3))))
# expect: MemoryError
# expect: MemoryError
careless = load(module([
    ("malloc", [I32], [I32], [I32_CONST, 16]),
    ("free", [I32], [], [UNREACHABLE]),
    ("load", [I32], [I32], [LOCAL_GET, 0, I32_LOAD, 2, 0]),
]))
print(careless.load(c.byref(c.c_int(3))), careless.load(c.byref(c.c_int(4))))  # expect: 3 4

# Objects of one module are nothing to another.
n = c.c_int(8)
print(lib.sum_i32(c.byref(n), 1), outcome(bad.load, c.byref(n)), outcome(bad.load, c.byref(c.c_int(1))))  # expect: 8 ArgumentError nothing
