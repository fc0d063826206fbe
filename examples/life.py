"""Conway's Game of Life on an endless plane: a set of live cells and one comprehension a step.

Run it as `krait examples/life.py [GENERATIONS]`.
"""
import sys
from collections import Counter

PATTERNS = {
    "glider": ".O.\n..O\nOOO",
    "blinker": "OOO",
    "r-pentomino": ".OO\nOO.\n.O.",
    "gun": """\
........................O
......................O.O
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO
OO........O...O.OO....O.O
..........O.....O.......O
...........O...O
............OO""",
}


def parse(pattern, at=(0, 0)):
    return {(x + at[0], y + at[1])
            for y, line in enumerate(pattern.splitlines())
            for x, mark in enumerate(line) if mark == "O"}


def step(cells):
    near = Counter((x + dx, y + dy) for x, y in cells
                   for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {cell for cell, n in near.items() if n == 3 or n == 2 and cell in cells}


def run(cells):
    while True:
        yield cells
        cells = step(cells)


def bounds(cells):
    xs, ys = [x for x, _ in cells], [y for _, y in cells]
    return min(xs), min(ys), max(xs), max(ys)


def show(cells, border=1):
    left, top, right, bottom = bounds(cells)
    for y in range(top - border, bottom + border + 1):
        print("".join("█" if (x, y) in cells else "·" for x in range(left - border, right + border + 1)))


def main(generations):
    for name in ("glider", "blinker"):
        print(f"{name}:")
        for generation, cells in zip(range(3), run(parse(PATTERNS[name]))):
            show(cells)
            print()
    seen = {}
    for generation, cells in enumerate(run(parse(PATTERNS["blinker"]))):
        key = frozenset(cells)
        if key in seen:
            print(f"the blinker repeats after {generation - seen[key]} generations")
            break
        seen[key] = generation
    for generation, cells in enumerate(run(parse(PATTERNS["r-pentomino"]))):
        if generation == generations:
            print(f"r-pentomino, generation {generation}: {len(cells)} cells within {bounds(cells)}")
            break
    start = parse(PATTERNS["gun"])
    for generation, cells in enumerate(run(start)):
        if generation == 60:
            print(f"the gun, generation {generation}: {len(cells)} cells, {len(cells) - len(start)} more than at first")
            show(cells, 0)
            break


main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
