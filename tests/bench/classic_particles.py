"""Objects with float attributes, moved by their methods; now and then one bounces."""
N = 400


class Particle:
    def __init__(self, x, y, vx, vy):
        self.x, self.y, self.vx, self.vy = x, y, vx, vy

    def move(self, dt):
        self.x += self.vx * dt
        self.y += self.vy * dt
        if self.x < 0.0 or self.x > 10.0:
            self.vx = -self.vx
        if self.y < 0.0 or self.y > 10.0:
            self.vy = -self.vy

    def energy(self):
        return 0.5 * (self.vx * self.vx + self.vy * self.vy)


def run(n):
    particles = [Particle(i % 10 * 1.0, i // 10 * 1.0, i % 7 - 3.0, i % 5 - 2.0) for i in range(100)]
    total = 0.0
    for _ in range(n):
        for p in particles:
            p.move(0.01)
            total += p.energy()
    return "%.6f" % total


if __name__ == "__main__":
    from _bench import main
    main(run, N)
