"A module."
x: int = 1


def f(a: int, *, b=3) -> str: ...


class C[T](Base):
    "A class."
    y: T
    if x:
        z: int


type Alias[T: int = str] = list[T]
