"""A bank ledger: double-entry bookkeeping in whole cents, with transactions that roll back.

Run it as `krait examples/bank.py`.
"""
from collections import defaultdict
from contextlib import contextmanager
from functools import total_ordering


@total_ordering
class Money:
    """An exact amount. Arithmetic stays in cents; only `parse` and `__str__` know about points."""

    __slots__ = ("cents",)

    def __init__(self, cents=0):
        self.cents = cents

    @classmethod
    def parse(cls, text):
        sign = -1 if text.startswith("-") else 1
        whole, _, part = text.lstrip("+-").replace(",", "").partition(".")
        if not whole.isdigit() or len(part) > 2 or part and not part.isdigit():
            raise ValueError(f"not an amount: {text!r}")
        return cls(sign * (int(whole) * 100 + int(part.ljust(2, "0"))))

    def __add__(self, other):
        return Money(self.cents + other.cents) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other):
        return Money(self.cents - other.cents) if isinstance(other, Money) else NotImplemented

    def __neg__(self):
        return Money(-self.cents)

    def share(self, *parts):
        """Splits the amount in proportion, and hands the cents left over to the first ones."""
        whole = [self.cents * p // sum(parts) for p in parts]
        for i in range(self.cents - sum(whole)):
            whole[i] += 1
        return [Money(c) for c in whole]

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __hash__(self):
        return hash(self.cents)

    def __bool__(self):
        return self.cents != 0

    def __str__(self):
        whole, part = divmod(abs(self.cents), 100)
        return f"{'-' * (self.cents < 0)}{whole:,}.{part:02d}"

    def __format__(self, spec):
        return format(str(self), spec)

    def __repr__(self):
        return f"Money({self.cents})"


class Refused(Exception):
    pass


class Ledger:
    def __init__(self):
        self.entries = []
        self.limits = defaultdict(Money)

    def balance(self, account):
        total = Money()
        for _, source, target, amount in self.entries:
            if source == account:
                total -= amount
            if target == account:
                total += amount
        return total

    def move(self, source, target, amount, text=""):
        amount = Money.parse(amount) if isinstance(amount, str) else amount
        if amount <= Money():
            raise Refused(f"cannot move {amount}")
        if source != "cash" and self.balance(source) - amount < self.limits[source]:
            raise Refused(f"{source} has {self.balance(source)}, which is not enough for {amount}")
        self.entries.append((text, source, target, amount))

    @contextmanager
    def transaction(self):
        mark = len(self.entries)
        try:
            yield self
        except Refused as reason:
            undone = len(self.entries) - mark
            del self.entries[mark:]
            reason.add_note(f"{undone} entries taken back")
            raise

    def accounts(self):
        return sorted({a for _, s, t, _ in self.entries for a in (s, t)})

    def print(self):
        for text, source, target, amount in self.entries:
            print(f"  {text:<14} {source:>8} → {target:<8} {amount:>12}")
        for account in self.accounts():
            print(f"  {account:<9}{self.balance(account):>12}")
        print("  in balance:", not sum((self.balance(a) for a in self.accounts()), Money()))


ledger = Ledger()
ledger.limits["bob"] = Money.parse("-50")
ledger.move("cash", "ada", "1,000", "opening")
ledger.move("ada", "bob", "250.5", "lent")
ledger.move("bob", "shop", "300", "bicycle")
ledger.print()

try:
    with ledger.transaction():
        ledger.move("ada", "rent", "700", "rent")
        ledger.move("ada", "shop", "100", "too much")
except Refused as reason:
    print("refused:", reason, *reason.__notes__, sep=" | ")

with ledger.transaction():
    for who, part in zip(("ada", "bob", "cleo"), Money.parse("100").share(1, 1, 1)):
        ledger.move("cash", who, part, "inheritance")
ledger.print()

for bad in ("12.345", "abc", "", "1.2.3"):
    try:
        Money.parse(bad)
    except ValueError as error:
        print(error)
print(sorted([Money(5), Money(-5), Money(0)]), max(Money(1), Money(2)), Money(7) == 7, f"{Money(-123456):>12}")
try:
    Money(1) + 1
except TypeError as error:
    print(error)
