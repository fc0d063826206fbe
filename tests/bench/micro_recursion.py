"""Functions that call themselves and each other: numbers, trees, methods."""
N = 14


class Tree:
    def __init__(self, depth):
        self.depth = depth
        self.left = Tree(depth - 1) if depth else None
        self.right = Tree(depth - 1) if depth else None

    def count(self):
        if self.left is None:
            return 1
        return self.left.count() + self.right.count() + 1


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def binomial(n, k):
    if k == 0 or k == n:
        return 1
    return binomial(n - 1, k - 1) + binomial(n - 1, k)


def hanoi(n, a, b, c):
    if n == 0:
        return 0
    return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def run(n):
    tree = Tree(n)
    return sum(tree.count() for _ in range(4)), ackermann(2, n * 3), binomial(n + 2, n // 2), hanoi(n, 0, 1, 2)


if __name__ == "__main__":
    from _bench import main
    main(run, N)
