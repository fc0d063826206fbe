"""A loop at module level: its names are the globals'."""
N = 300000
OPS = 1

NAMES = {"n": 0}
LOOP = compile("s = 0\nfor i in range(n):\n    s = (s + i * 3) & 0xffff\n", "loop", "exec")


def run(n):
    NAMES["n"] = n
    exec(LOOP, NAMES)
    return NAMES["s"]


if __name__ == "__main__":
    from _bench import main
    main(run, N, ops=OPS)
