"""text into files in memory: print, write, getvalue, lines."""
import io

N = 6000
OPS = 4


def run(n):
    out = io.StringIO()
    for i in range(n):
        print("item", i, i * 0.5, file=out)
        out.write("a line of text\n")
    text = out.getvalue()
    total = len(text)
    for line in io.StringIO(text):
        total += len(line)
    return (total, text.count("\n"))


if __name__ == "__main__":
    from _bench import main
    main(run, N, ops=OPS)
