"""Word frequencies and a text histogram of a public-domain poem, with a few statistics.

Run it as `krait examples/wordcount.py`, or pipe a text of your own into it.
"""
import re
import sys
from collections import Counter
from itertools import groupby
from statistics import mean, median

POEM = """
Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?

In what distant deeps or skies.
Burnt the fire of thine eyes?
On what wings dare he aspire?
What the hand, dare seize the fire?

And what shoulder, & what art,
Could twist the sinews of thy heart?
And when thy heart began to beat,
What dread hand? & what dread feet?

What the hammer? what the chain,
In what furnace was thy brain?
What the anvil? what dread grasp,
Dare its deadly terrors clasp!

When the stars threw down their spears
And water'd heaven with their tears:
Did he smile his work to see?
Did he who made the Lamb make thee?

Tyger Tyger burning bright,
In the forests of the night:
What immortal hand or eye,
Dare frame thy fearful symmetry?
"""


def words(text):
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower())


def histogram(counts, width=30):
    longest = max(len(str(label)) for label, _ in counts)
    most = max(n for _, n in counts)
    for label, n in counts:
        whole, eighths = divmod(n * width * 8 // most, 8)
        bar = "█" * whole + ("" if eighths == 0 else chr(0x2590 - eighths))
        print(f"{label:>{longest}} {bar:<{width}} {n:>3}")


def main():
    given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    text = given.strip() or POEM
    found = words(text)
    counts = Counter(found)
    print(f"{len(text.split())} words, {len(counts)} different, {sum(map(len, found)) / len(found):.2f} letters on average")
    print("\nmost frequent")
    histogram(sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:12])
    print("\nby length")
    histogram(sorted(Counter(map(len, found)).items()))
    print("\nby first letter")
    for letter, group in groupby(sorted(counts), key=lambda w: w[0]):
        print(letter, ", ".join(f"{w}×{counts[w]}" if counts[w] > 1 else w for w in group))
    lines = [len(words(line)) for line in text.splitlines() if line.strip()]
    print(f"\nwords a line: mean {mean(lines):.3f}, median {median(lines)}, from {min(lines)} to {max(lines)}")
    endings = Counter(line.rstrip()[-1:] for line in text.splitlines() if line.strip())
    print("line endings:", " ".join(f"{mark!r}:{n}" for mark, n in endings.most_common()))


main()
