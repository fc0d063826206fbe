"""Products that outgrow a machine word for a moment: linear congruential generators and hashes."""
N = 200000
OPS = 3


def run(n):
    x = 99
    h = 5381
    for i in range(n):
        x = (x * 69069 + 1) & 0xffffffff
        h = (h * 33 ^ x) & 0x7fffffff
        h = (h * 1103515245 + 12345) % 2147483648
    return x, h


if __name__ == "__main__":
    from _bench import main
    main(run, N, ops=OPS)
