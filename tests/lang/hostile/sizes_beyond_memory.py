# What no machine can hold is refused with an exception, wherever the size comes from.
import array, collections, io, itertools, random, struct
def t(name, f):
    try:
        f()
        print(name, "made")
    except (MemoryError, OverflowError, ValueError, struct.error):
        pass
huge = 1 << 45
t("to_bytes", lambda: (1).to_bytes(huge))
t("list of range", lambda: list(range(huge)))
t("sorted range", lambda: sorted(range(huge)))
t("array", lambda: array.array("d", [1]) * huge)
t("bytearray", lambda: bytearray(b"x") * huge)
t("struct", lambda: struct.pack(f"{huge}x"))
t("randbytes", lambda: random.randbytes(huge))
t("bytes.join", lambda: b"a".join([b"b" * (1 << 20)] * (1 << 26)))
def far(file, data):
    file.seek(huge)
    file.write(data)
t("BytesIO", lambda: far(io.BytesIO(), b"x"))
t("tee", lambda: itertools.tee([], huge))
t("combinations", lambda: itertools.combinations_with_replacement(range(3), huge))
print("ok")  # expect: ok
