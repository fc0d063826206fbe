"""A calculator with variables and functions: tokenizer, Pratt parser, evaluator and a prompt.

Run it as `krait examples/calculator.py` and type, or pipe lines into it. `quit` ends it.
"""
import math
import re
import sys

TOKENS = re.compile(r"\s*(?:(?P<number>\d+\.?\d*(?:e[-+]?\d+)?)|(?P<name>[a-z_]\w*)|(?P<op>\*\*|//|[-+*/%^()=,!]))", re.I)
INFIX = {"+": (10, 11), "-": (10, 11), "*": (20, 21), "/": (20, 21), "//": (20, 21), "%": (20, 21), "**": (41, 40), "^": (41, 40)}


class Problem(Exception):
    pass


def tokenize(text):
    at, text = 0, text.rstrip()
    while at < len(text):
        found = TOKENS.match(text, at)
        if not found:
            raise Problem(f"what is {text[at:].strip()[0]!r}?")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
    yield "end", "end of line"


class Parser:
    def __init__(self, text):
        self.tokens = list(tokenize(text))
        self.at = 0

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self):
        return self.tokens[self.at]

    def expect(self, value):
        kind, got = self.next()
        if got != value:
            raise Problem(f"expected {value!r}, got {got!r}")

    def statement(self):
        match self.tokens:
            case [("name", name), ("op", "="), *_]:
                self.at = 2
                tree = ("let", name, self.expression(0))
            case [("name", name), ("op", "("), *rest] if ("op", "=") in rest:
                self.at = 2
                parameters = [v for k, v in self.tokens[2:self.tokens.index(("op", ")"))] if k == "name"]
                self.at = self.tokens.index(("op", "=")) + 1
                tree = ("def", name, parameters, self.expression(0))
            case _:
                tree = self.expression(0)
        if self.peek()[0] != "end":
            raise Problem(f"did not expect {self.peek()[1]!r}")
        return tree

    def expression(self, least):
        match self.next():
            case "number", digits:
                left = ("num", float(digits) if set(digits) & set(".eE") else int(digits))
            case "name", name:
                left = ("call", name, self.arguments()) if self.peek()[1] == "(" else ("var", name)
            case "op", "(":
                left = self.expression(0)
                self.expect(")")
            case "op", "-" | "+" as sign:
                left = ("neg" if sign == "-" else "pos", self.expression(30))
            case _, what:
                raise Problem(f"did not expect {what!r}")
        while True:
            kind, operator = self.peek()
            if (kind, operator) == ("op", "!"):
                self.next()
                left = ("call", "factorial", [left])
                continue
            if kind != "op" or operator not in INFIX or INFIX[operator][0] < least:
                return left
            self.next()
            left = (operator, left, self.expression(INFIX[operator][1]))

    def arguments(self):
        self.expect("(")
        found = []
        while self.peek()[1] != ")":
            found.append(self.expression(0))
            if self.peek()[1] == ",":
                self.next()
        self.next()
        return found


class Calculator:
    def __init__(self):
        self.names = {"pi": math.pi, "e": math.e, "ans": 0}
        self.functions = {n: getattr(math, n) for n in ("sqrt", "sin", "cos", "log", "factorial", "gcd", "floor")}
        self.functions |= {"max": max, "min": min, "abs": abs}

    def run(self, text):
        tree = Parser(text).statement()
        match tree:
            case "let", name, body:
                self.names[name] = value = self.value(body, self.names)
                return f"{name} = {value}"
            case "def", name, parameters, body:
                self.functions[name] = lambda *a: self.value(body, {**self.names, **dict(zip(parameters, a, strict=True))})
                return f"defined {name}({', '.join(parameters)})"
            case _:
                self.names["ans"] = value = self.value(tree, self.names)
                return value

    def value(self, tree, names):
        match tree:
            case "num", number:
                return number
            case "var", name:
                if name not in names:
                    raise Problem(f"{name} has no value")
                return names[name]
            case "neg", inner:
                return -self.value(inner, names)
            case "pos", inner:
                return +self.value(inner, names)
            case "call", name, arguments:
                if name not in self.functions:
                    raise Problem(f"no function {name}")
                return self.functions[name](*[self.value(a, names) for a in arguments])
            case operator, left, right:
                a, b = self.value(left, names), self.value(right, names)
                match operator:
                    case "+": return a + b
                    case "-": return a - b
                    case "*": return a * b
                    case "/": return a / b
                    case "//": return a // b
                    case "%": return a % b
                    case "**" | "^": return a ** b


calculator = Calculator()
for line in sys.stdin:
    line = line.strip()
    if line == "quit":
        break
    if not line or line.startswith("#"):
        continue
    try:
        print(f"{line:<28} → {calculator.run(line)}")
    except Problem as problem:
        print(f"{line:<28} ✗ {problem}")
    except RecursionError:
        print(f"{line:<28} ✗ that never ends")
    except (ArithmeticError, ValueError, TypeError) as error:
        print(f"{line:<28} ✗ {type(error).__name__}: {error}")
