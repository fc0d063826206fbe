"""Heat in a plate: floats in nested lists, a small function per cell."""
N = 20


def mean(a, b, c, d):
    return (a + b + c + d) * 0.25


def run(n):
    size = 40
    grid = [[float(i * j % 7) for j in range(size)] for i in range(size)]
    for _ in range(n):
        fresh = [row[:] for row in grid]
        for i in range(1, size - 1):
            above, here, below = grid[i - 1], grid[i], grid[i + 1]
            row = fresh[i]
            for j in range(1, size - 1):
                row[j] = mean(above[j], below[j], here[j - 1], here[j + 1])
        grid = fresh
    return "%.6f" % sum(map(sum, grid))


if __name__ == "__main__":
    from _bench import main
    main(run, N)
