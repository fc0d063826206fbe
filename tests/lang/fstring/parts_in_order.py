# The parts of an f-string are formatted in order, each when its turn comes.
class Loud:
    def __init__(self, name):
        self.name = name

    def __format__(self, spec):
        print("format", self.name, repr(spec))
        return self.name + spec


class Text(str):
    def __format__(self, spec):
        return "<" + spec + ">"


print(f"{Loud('a')}{1}{2.5}{Loud('b'):>3}")
# expect: format a ''
# expect: format b '>3'
# expect: a12.5b>3
print(f"{Text('x')}|{Text('x'):5}|{True}|{None}|{2**70}")  # expect: <>|<5>|True|None|1180591620717411303424
x, width = 3, 6
print(f"{x}{x:{width}}{x!r:>{width}}{-0.0}{1e16}")  # expect: 3     3     3-0.01e+16
print(f"{'é'}{x}{'中'}")  # expect: é3中
