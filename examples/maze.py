"""Mazes: one is grown with a small random generator of our own, then solved three ways.

Run it as `krait examples/maze.py [WIDTH HEIGHT]`. Depth-first, breadth-first and A* find paths of
the same maze; the table says how many squares each looked at.
"""
import sys
from collections import deque
from heapq import heappop, heappush


class Random:
    """A linear congruential generator, so that the maze is the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (self.state >> 33) % n

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


STEPS = {"N": (0, -1), "E": (1, 0), "S": (0, 1), "W": (-1, 0)}


def grow(width, height, random):
    passages = {(x, y): set() for x in range(width) for y in range(height)}
    stack, seen = [(0, 0)], {(0, 0)}
    while stack:
        x, y = stack[-1]
        for dx, dy in random.shuffled(STEPS.values()):
            there = x + dx, y + dy
            if there in passages and there not in seen:
                passages[x, y].add(there)
                passages[there].add((x, y))
                seen.add(there)
                stack.append(there)
                break
        else:
            stack.pop()
    # A few extra openings, so that there is more than one way.
    for _ in range(width * height // 15):
        x, y = random.below(width - 1), random.below(height)
        passages[x, y].add((x + 1, y))
        passages[x + 1, y].add((x, y))
    return passages


def path_to(came_from, goal):
    path = [goal]
    while (before := came_from[path[-1]]) is not None:
        path.append(before)
    return path[::-1]


def search(passages, start, goal, push, pop):
    came_from, frontier = {start: None}, deque([start])
    while frontier:
        here = pop(frontier)
        if here == goal:
            break
        for there in sorted(passages[here]):
            if there not in came_from:
                came_from[there] = here
                push(frontier, there)
    return path_to(came_from, goal), len(came_from)


def a_star(passages, start, goal):
    def guess(p):
        return abs(p[0] - goal[0]) + abs(p[1] - goal[1])

    best, came_from, heap = {start: 0}, {start: None}, [(guess(start), start)]
    while heap:
        _, here = heappop(heap)
        if here == goal:
            break
        for there in passages[here]:
            cost = best[here] + 1
            if cost < best.get(there, sys.maxsize):
                best[there], came_from[there] = cost, here
                heappush(heap, (cost + guess(there), there))
    return path_to(came_from, goal), len(came_from)


def draw(passages, width, height, path=()):
    on_path = set(path)
    for y in range(height):
        print("+" + "+".join("  " if (x, y - 1) in passages[x, y] else "--" for x in range(width)) + "+")
        line = "|"
        for x in range(width):
            line += ("<>" if (x, y) in on_path else "  ") + (" " if (x + 1, y) in passages[x, y] else "|")
        print(line)
    print("+" + "--+" * width)


def main(width, height):
    passages = grow(width, height, Random(2024))
    start, goal = (0, 0), (width - 1, height - 1)
    ways = {
        "depth first": lambda: search(passages, start, goal, deque.append, deque.pop),
        "breadth first": lambda: search(passages, start, goal, deque.append, deque.popleft),
        "A*": lambda: a_star(passages, start, goal),
    }
    results = {name: way() for name, way in ways.items()}
    draw(passages, width, height, results["A*"][0])
    for name, (path, looked) in results.items():
        print(f"{name:<14} {len(path):>3} squares long, {looked:>3} looked at")
    assert len(results["A*"][0]) == len(results["breadth first"][0])


main(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else main(16, 10)
