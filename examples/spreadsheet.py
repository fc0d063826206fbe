"""A mini-spreadsheet: formulas with references, ranges and functions, recalculated on demand.

Run it as `krait examples/spreadsheet.py`. Cells hold numbers, text or formulas that start with `=`.
"""
import re

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|([A-Z]+\d+)(?::([A-Z]+\d+))?|([A-Z]+)(?=\()|(<=|>=|<>|[-+*/^()<>=,]))")


class CellError(Exception):
    pass


class Sheet:
    FUNCTIONS = {
        "SUM": lambda *v: sum(v),
        "AVG": lambda *v: sum(v) / len(v),
        "MIN": lambda *v: min(v),
        "MAX": lambda *v: max(v),
        "COUNT": lambda *v: len(v),
        "IF": lambda test, yes, no: yes if test else no,
        "ROUND": lambda v, digits=0: round(v, int(digits)),
    }

    def __init__(self):
        self.source, self.values, self.computing = {}, {}, []

    def __setitem__(self, name, content):
        self.source[name] = content
        self.values.clear()

    def __getitem__(self, name):
        if name not in self.values:
            self.values[name] = self.compute(name)
        value = self.values[name]
        if isinstance(value, CellError):
            raise value
        return value

    def compute(self, name):
        content = self.source.get(name, "")
        if not isinstance(content, str) or not content.startswith("="):
            return content
        if name in self.computing:
            return CellError("#CYCLE")
        self.computing.append(name)
        try:
            return Formula(self, content[1:]).value()
        except CellError as error:
            return error
        except ZeroDivisionError:
            return CellError("#DIV/0")
        except (TypeError, ValueError):
            return CellError("#VALUE")
        finally:
            self.computing.pop()

    def range(self, first, last):
        (c1, r1), (c2, r2) = map(split, (first, last))
        for row in range(r1, r2 + 1):
            for column in range(c1, c2 + 1):
                value = self[join(column, row)]
                if value != "":
                    yield value

    def show(self, columns, rows):
        print("   |" + "|".join(f"{c:^10}" for c in columns))
        print("---+" + "+".join("-" * 10 for _ in columns))
        for row in rows:
            cells = []
            for column in columns:
                try:
                    value = self[f"{column}{row}"]
                except CellError as error:
                    value = str(error)
                match value:
                    case float():
                        cells.append(f"{value:>10.2f}")
                    case int():
                        cells.append(f"{value:>10}")
                    case _:
                        cells.append(f"{value:<10.10}")
            print(f"{row:>2} |" + "|".join(cells))


class Formula:
    """A recursive-descent parser that computes as it goes."""

    def __init__(self, sheet, text):
        self.sheet, self.tokens, at = sheet, [], 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if not found:
                raise CellError("#PARSE")
            self.tokens.append(found)
            at = found.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at][5] if self.at < len(self.tokens) else None

    def accept(self, *operators):
        if self.peek() in operators and self.peek() is not None:
            self.at += 1
            return self.tokens[self.at - 1][5]

    def value(self):
        result = self.comparison()
        if self.at != len(self.tokens):
            raise CellError("#PARSE")
        return result

    def comparison(self):
        left = self.sum()
        if operator := self.accept("<", ">", "<=", ">=", "=", "<>"):
            right = self.sum()
            left = {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right,
                    "=": left == right, "<>": left != right}[operator]
        return left

    def sum(self):
        left = self.product()
        while operator := self.accept("+", "-"):
            right = self.product()
            left = left + right if operator == "+" else left - right
        return left

    def product(self):
        left = self.power()
        while operator := self.accept("*", "/"):
            right = self.power()
            left = left * right if operator == "*" else left / right
        return left

    def power(self):
        if self.accept("-"):
            return -self.power()
        base = self.atom()
        return base ** self.power() if self.accept("^") else base

    def atom(self):
        if self.accept("("):
            inner = self.comparison()
            if not self.accept(")"):
                raise CellError("#PARSE")
            return inner
        if self.at == len(self.tokens):
            raise CellError("#PARSE")
        token = self.tokens[self.at]
        self.at += 1
        number, cell, last, function, _ = token.groups()
        if number:
            return float(number) if "." in number else int(number)
        if function:
            return self.call(function)
        if cell and not last:
            value = self.sheet[cell]
            return 0 if value == "" else value
        raise CellError("#PARSE")

    def call(self, name):
        arguments = []
        self.accept("(")
        while not self.accept(")"):
            if self.at < len(self.tokens) and self.tokens[self.at][3]:
                arguments += self.sheet.range(self.tokens[self.at][2], self.tokens[self.at][3])
                self.at += 1
            else:
                arguments.append(self.comparison())
            self.accept(",")
        if name not in Sheet.FUNCTIONS:
            raise CellError("#NAME")
        return Sheet.FUNCTIONS[name](*arguments)


def split(name):
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(name[len(letters):])


def join(column, row):
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


sheet = Sheet()
for row, (item, amount, price) in enumerate([("Tea", 3, 4.5), ("Bread", 2, 3.2), ("Honey", 1, 7.95)], 2):
    sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = item, amount, price
    sheet[f"D{row}"] = f"=B{row}*C{row}"
for column, title in zip("ABCD", ["Item", "Amount", "Price", "Total"]):
    sheet[f"{column}1"] = title
sheet["A5"], sheet["B5"], sheet["D5"] = "Sum", "=SUM(B2:B4)", "=SUM(D2:D4)"
sheet["A6"], sheet["D6"] = "Discount", "=IF(D5 > 20, -D5 * 0.1, 0)"
sheet["A7"], sheet["D7"] = "To pay", "=ROUND(D5 + D6, 2)"
sheet.show("ABCD", range(1, 8))

sheet["B3"] = 10
sheet["E1"], sheet["E2"], sheet["E3"] = "=E2 + 1", "=E3 * 2", "=E1"
sheet["E4"], sheet["E5"], sheet["E6"], sheet["E7"] = "=1/0", "=A2 + 1", "=(2 + 3", "=-2^2 + AVG(B2:B4, 4)"
print()
sheet.show("ABCDE", range(1, 8))
