"""A Markdown to HTML converter for the everyday subset: headings, lists, quotes, code, links.

Run it as `krait examples/markdown.py`: it converts the document at the end of this file.
"""
import re
from html import escape

INLINE = re.compile(r"""
    `(?P<code>[^`]+)`
  | \*\*(?P<strong>.+?)\*\*
  | \*(?P<em>[^*]+)\*
  | !\[(?P<alt>[^\]]*)\]\((?P<src>[^)]+)\)
  | \[(?P<text>[^\]]+)\]\((?P<href>[^)\s]+)(?:\s+"(?P<title>[^"]*)")?\)
""", re.VERBOSE)


def inline(text):
    def replace(match):
        part = match.groupdict()
        match match.lastgroup:
            case "code":
                return f"<code>{escape(part['code'])}</code>"
            case "strong" | "em" as tag:
                return f"<{tag}>{inline(part[tag])}</{tag}>"
            case "src":
                return f'<img src="{escape(part["src"])}" alt="{escape(part["alt"])}">'
            case _:
                title = f' title="{escape(part["title"])}"' if part["title"] else ""
                return f'<a href="{escape(part["href"])}"{title}>{inline(part["text"])}</a>'

    pieces, at = [], 0
    for found in INLINE.finditer(text):
        pieces.append(escape(text[at:found.start()], quote=False))
        pieces.append(replace(found))
        at = found.end()
    return "".join(pieces) + escape(text[at:], quote=False)


class Converter:
    def __init__(self, source):
        self.lines = source.strip("\n").split("\n")
        self.at = 0
        self.out = []

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take_while(self, test):
        while (line := self.peek()) is not None and test(line):
            self.at += 1
            yield line

    def convert(self):
        while (line := self.peek()) is not None:
            if not line.strip():
                self.at += 1
            elif heading := re.match(r"(#{1,6})\s+(.*?)\s*#*$", line):
                level = len(heading[1])
                self.out.append(f"<h{level}>{inline(heading[2])}</h{level}>")
                self.at += 1
            elif line.startswith("```"):
                self.fence(line[3:].strip())
            elif line.startswith(">"):
                inner = "\n".join(re.sub(r"^> ?", "", l) for l in self.take_while(lambda l: l.startswith(">")))
                self.out += ["<blockquote>", *Converter(inner).convert(), "</blockquote>"]
            elif re.fullmatch(r"\s*([-*_])(\s*\1){2,}\s*", line):
                self.out.append("<hr>")
                self.at += 1
            elif re.match(r"\s*([-*+]|\d+\.)\s", line):
                self.items(len(line) - len(line.lstrip()))
            else:
                text = " ".join(l.strip() for l in self.take_while(lambda l: l.strip() and not l.startswith(("#", ">", "```"))))
                self.out.append(f"<p>{inline(text)}</p>")
        return self.out

    def fence(self, language):
        self.at += 1
        body = "\n".join(self.take_while(lambda l: not l.startswith("```")))
        self.at += 1
        attribute = f' class="language-{escape(language)}"' if language else ""
        self.out.append(f"<pre><code{attribute}>{escape(body, quote=False)}\n</code></pre>")

    def items(self, indent):
        tag = "ol" if self.peek().strip()[0].isdigit() else "ul"
        self.out.append(" " * indent + f"<{tag}>")
        while (line := self.peek()) is not None and (item := re.match(r"(\s*)(?:[-*+]|\d+\.)\s+(.*)", line)):
            depth = len(item[1])
            if depth < indent:
                break
            if depth > indent:
                self.items(depth)
                continue
            self.out.append(" " * indent + f"  <li>{inline(item[2])}</li>")
            self.at += 1
        self.out.append(" " * indent + f"</{tag}>")


DOCUMENT = """
# Krait & friends

A *small* paragraph with **bold text**, `code <b>`, and a
[link](https://example.org "A title") that wraps.

## Lists ##

- apples
- pears, **ripe**
  - Conference
  - Williams
- plums

1. first
2. second with `inline`

> A quote with *emphasis*
>
> > nested deeper
> and `code`

```python
if a < b and b > c:
    print("escaped & kept")
```

---

![A snake](snake.png) ends it all: 1 < 2 & 3 > 2.
"""

print("\n".join(Converter(DOCUMENT).convert()))
