# What a loop's end frees is finalised at the line of the loop.
import sys


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, sys._getframe(1).f_lineno)

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


def plain():
    for x in Loud("loop"):
        pass
    return "after"


def called():
    len([Loud("argument")])
    dict(a=Loud("keyword"))
    return "after"


class Sized:
    @property
    def it(self):
        return Loud("property")

    def __lt__(self, other):
        return Loud("comparison")


def special():
    Sized().it
    if Sized() < 1:
        pass
    return "after"


print(plain(), called(), special())
# expect: loop 20
# expect: argument 26
# expect: keyword 27
# expect: property 41
# expect: comparison 42
# expect: after after after
