"""A Sudoku solver: constraint propagation with backtracking over the most constrained square.

Run it as `krait examples/sudoku.py`; it solves three puzzles and counts the guesses it made.
"""
ROWS, COLUMNS = "ABCDEFGHI", "123456789"
SQUARES = [r + c for r in ROWS for c in COLUMNS]
UNITS = ([[r + c for c in COLUMNS] for r in ROWS]
         + [[r + c for r in ROWS] for c in COLUMNS]
         + [[r + c for r in rs for c in cs] for rs in ("ABC", "DEF", "GHI") for cs in ("123", "456", "789")])
UNITS_OF = {s: [u for u in UNITS if s in u] for s in SQUARES}
PEERS = {s: {p for u in UNITS_OF[s] for p in u} - {s} for s in SQUARES}


class Contradiction(Exception):
    pass


class Solver:
    def __init__(self, puzzle):
        self.guesses = 0
        self.grid = dict.fromkeys(SQUARES, COLUMNS)
        given = [c for c in puzzle if c in COLUMNS + ".0"]
        assert len(given) == 81, f"{len(given)} squares"
        for square, digit in zip(SQUARES, given):
            if digit in COLUMNS:
                self.assign(self.grid, square, digit)

    def assign(self, grid, square, digit):
        for other in grid[square].replace(digit, ""):
            self.eliminate(grid, square, other)

    def eliminate(self, grid, square, digit):
        if digit not in grid[square]:
            return
        grid[square] = left = grid[square].replace(digit, "")
        if not left:
            raise Contradiction(square)
        if len(left) == 1:
            for peer in sorted(PEERS[square]):
                self.eliminate(grid, peer, left)
        for unit in UNITS_OF[square]:
            places = [s for s in unit if digit in grid[s]]
            if not places:
                raise Contradiction(f"{digit} has no place")
            if len(places) == 1:
                self.assign(grid, places[0], digit)

    def solve(self, grid=None):
        grid = self.grid if grid is None else grid
        open_squares = [(len(v), s) for s, v in grid.items() if len(v) > 1]
        if not open_squares:
            return grid
        _, square = min(open_squares)
        for digit in grid[square]:
            self.guesses += 1
            attempt = grid.copy()
            try:
                self.assign(attempt, square, digit)
                return self.solve(attempt)
            except Contradiction:
                continue
        raise Contradiction(square)


def show(grid):
    for row in ROWS:
        print(" ".join(grid[row + c] + ("|" if c in "36" else "") for c in COLUMNS))
        if row in "CF":
            print("------+-------+------")


PUZZLES = {
    "easy": "003020600900305001001806400008102900700000008006708200002609500800203009005010300",
    "hard": "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
    "broken": "55..............................................................................."}

for name, puzzle in PUZZLES.items():
    print(f"{name}:")
    try:
        solver = Solver(puzzle)
        solution = solver.solve()
    except Contradiction as reason:
        print("no solution:", reason)
        continue
    show(solution)
    print(f"{solver.guesses} guesses, valid:", all(len({solution[s] for s in u}) == 9 for u in UNITS))
