# print writes piece by piece where somebody can see it.
import io
import sys


class Loud:
    def write(self, text):
        sys.stdout.write("<" + text + ">")


print(1, "b", 2.5, file=Loud())
sys.stdout.write("\n")  # expect: <1>< ><b>< ><2.5><
# expect: >
out = io.StringIO()
print("a", 5, 2.5, True, file=out)
print("é", None, sep="|", end="!", file=out)
print(file=out)
print(repr(out.getvalue()))  # expect: 'a 5 2.5 True\né|None!\n'
out.write = Loud().write
print(1, 2, end="", file=out)
sys.stdout.write("\n")  # expect: <1>< ><2><>
