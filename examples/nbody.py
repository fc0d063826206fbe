"""An N-body simulation: the sun and the four giant planets, with a symplectic integrator.

Run it as `krait examples/nbody.py [STEPS]`. The energy of the system should stay almost the same.
"""
import sys
from math import pi, sqrt

SOLAR_MASS = 4 * pi * pi
DAYS_PER_YEAR = 365.24


class Body:
    def __init__(self, name, position, velocity, mass):
        self.name = name
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (v * DAYS_PER_YEAR for v in velocity)
        self.mass = mass * SOLAR_MASS

    def __repr__(self):
        return f"{self.name:<8} ({self.x:+10.5f}, {self.y:+10.5f}, {self.z:+10.5f})"


def solar_system():
    bodies = [
        Body("Sun", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
        Body("Jupiter", (4.84143144, -1.16032004, -0.10362204), (0.00166007, 0.00769901, -0.0000690460),
             0.000954791),
        Body("Saturn", (8.34336671, 4.12479856, -0.40352342), (-0.00276742, 0.00499852, 0.0000230417),
             0.000285885),
        Body("Uranus", (12.8943695, -15.1111514, -0.22330758), (0.00296460, 0.00237847, -0.0000296589),
             0.0000436624),
        Body("Neptune", (15.3796971, -25.9193146, 0.17925877), (0.00268067, 0.00162824, -0.0000951592),
             0.0000515138),
    ]
    # Give the sun the momentum that keeps the whole at rest.
    sun = bodies[0]
    for axis in "xyz":
        momentum = sum(getattr(b, "v" + axis) * b.mass for b in bodies)
        setattr(sun, "v" + axis, -momentum / SOLAR_MASS)
    return bodies


def advance(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            squared = dx * dx + dy * dy + dz * dz
            magnitude = dt / (squared * sqrt(squared))
            a.vx -= dx * b.mass * magnitude
            a.vy -= dy * b.mass * magnitude
            a.vz -= dz * b.mass * magnitude
            b.vx += dx * a.mass * magnitude
            b.vy += dy * a.mass * magnitude
            b.vz += dz * a.mass * magnitude
    for b in bodies:
        b.x += dt * b.vx
        b.y += dt * b.vy
        b.z += dt * b.vz


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx ** 2 + a.vy ** 2 + a.vz ** 2)
        for b in bodies[i + 1:]:
            distance = sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2)
            total -= a.mass * b.mass / distance
    return total


def main(steps):
    bodies = solar_system()
    before = energy(bodies)
    for _ in range(steps):
        advance(bodies, 0.01)
    after = energy(bodies)
    for body in bodies:
        print(body)
    print(f"energy before {before:.9f}, after {after:.9f}, drift {abs((after - before) / before):.1e}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000)
