"""A class hierarchy with pattern matching: shapes, transformations and a tiny simplifier.

Run it as `krait examples/shapes.py`.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from math import hypot, pi


class Shape(ABC):
    registry: dict[str, type[Shape]] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Shape.registry[cls.__name__.lower()] = cls

    @property
    @abstractmethod
    def area(self) -> float: ...

    def __matmul__(self, factor: float) -> Shape:
        return Scaled(self, factor)

    def __add__(self, other: Shape) -> Group:
        match self, other:
            case Group(a), Group(b):
                return Group((*a, *b))
            case Group(a), b:
                return Group((*a, b))
            case a, Group(b):
                return Group((a, *b))
            case a, b:
                return Group((a, b))


@dataclass(frozen=True)
class Circle(Shape):
    radius: float

    @property
    def area(self):
        return pi * self.radius ** 2


@dataclass(frozen=True)
class Rect(Shape):
    width: float
    height: float

    @property
    def area(self):
        return self.width * self.height


@dataclass(frozen=True)
class Triangle(Shape):
    corners: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

    @property
    def area(self):
        (ax, ay), (bx, by), (cx, cy) = self.corners
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2


@dataclass(frozen=True)
class Scaled(Shape):
    shape: Shape
    factor: float

    @property
    def area(self):
        return self.shape.area * self.factor ** 2


@dataclass(frozen=True)
class Group(Shape):
    members: tuple[Shape, ...]

    @property
    def area(self):
        return sum(m.area for m in self.members)


def describe(shape: Shape) -> str:
    match shape:
        case Circle(radius=0) | Rect(0, _) | Rect(_, 0):
            return "nothing at all"
        case Circle(r):
            return f"a circle of radius {r:g}"
        case Rect(width=w, height=h) if w == h:
            return f"a square of {w:g}"
        case Rect(w, h):
            return f"a {w:g} by {h:g} rectangle"
        case Triangle(((ax, ay), (bx, by), (cx, cy))):
            sides = sorted([hypot(ax - bx, ay - by), hypot(bx - cx, by - cy), hypot(cx - ax, cy - ay)])
            right = abs(sides[0] ** 2 + sides[1] ** 2 - sides[2] ** 2) < 1e-9
            return f"a {'right ' if right else ''}triangle with sides {', '.join(f'{s:g}' for s in sides)}"
        case Scaled(inner, factor):
            return f"{describe(inner)}, {factor:g} times as large"
        case Group([]):
            return "an empty group"
        case Group([only]):
            return describe(only)
        case Group([first, *rest]):
            return f"{describe(first)} and {len(rest)} more"
        case _:
            raise TypeError(f"not a shape: {shape!r}")


def simplify(shape: Shape) -> Shape:
    match shape:
        case Scaled(Scaled(inner, a), b):
            return simplify(Scaled(inner, a * b))
        case Scaled(Circle(r), f):
            return Circle(r * f)
        case Scaled(Rect(w, h), f):
            return Rect(w * f, h * f)
        case Scaled(Group(members), f):
            return simplify(Group(tuple(Scaled(m, f) for m in members)))
        case Group(members):
            flat = []
            for member in map(simplify, members):
                match member:
                    case Group(inner):
                        flat.extend(inner)
                    case Circle(radius=0):
                        pass
                    case other:
                        flat.append(other)
            return Group(tuple(flat))
    return shape


shapes = [Circle(1), Circle(0), Rect(2, 2), Rect(2, 3), Triangle(((0, 0), (3, 0), (0, 4))), Rect(1, 2) @ 3,
          Circle(1) + Rect(1, 1) + Circle(0), Group(()), (Circle(2) + (Rect(1, 1) @ 2)) @ 0.5]
for shape in shapes:
    print(f"{describe(shape):<55} area {shape.area:8.3f}   {simplify(shape)}")
print(sorted(Shape.registry))
print(replace(Rect(1, 2), width=9), Rect(1, 2) == Rect(1, 2), hash(Rect(1, 2)) == hash(Rect(1, 2)))
for wrong in (lambda: Shape(), lambda: describe(5), lambda: setattr(Circle(1), "radius", 2), lambda: Rect(1)):
    try:
        wrong()
    except (TypeError, AttributeError) as error:
        print(f"{type(error).__name__}: {error}")
