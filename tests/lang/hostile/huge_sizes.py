def t(f):
    try:
        f()
        print("ok")
    except (MemoryError, OverflowError) as e:
        print("refused")
t(lambda: "a" * (1 << 62))  # expect: refused
t(lambda: [0] * (1 << 62))  # expect: refused
t(lambda: (0,) * (1 << 62))  # expect: refused
t(lambda: b"a" * (1 << 62))  # expect: refused
t(lambda: bytearray(1 << 62))  # expect: refused
t(lambda: bytes(1 << 62))  # expect: refused
t(lambda: "a" * (1 << 100))  # expect: refused
t(lambda: [0] * (1 << 100))  # expect: refused
t(lambda: "ab".ljust(1 << 62))  # expect: refused
t(lambda: "a".center(1 << 100))  # expect: refused
t(lambda: "x".zfill(1 << 62))  # expect: refused
t(lambda: f"{'x':>{1 << 62}}")  # expect: refused
t(lambda: "%*d" % (1 << 62, 1))  # expect: refused
t(lambda: 1 << (1 << 100))  # expect: refused
t(lambda: [None] * 3 * (1 << 62))  # expect: refused
t(lambda: list(range(1 << 62)))  # expect: refused
t(lambda: "\t".expandtabs(1 << 62))  # expect: refused
t(lambda: "a".replace("", "b" * 1000) * (1 << 58))  # expect: refused
t(lambda: (1).to_bytes(1 << 62))  # expect: refused
t(lambda: "abc"[1 << 100:])  # expect: ok
t(lambda: "abc"[:1 << 100])  # expect: ok
