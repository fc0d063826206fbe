"""A JSON report: reads a list of orders, groups and sums them, writes a summary as JSON and as text.

Run it as `krait examples/report.py`. Money is kept in whole cents.
"""
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

ORDERS = """
[
  {"id": 1, "day": "2024-02-27", "customer": "Ada",  "lines": [["tea", 3, 450], ["cup", 1, 1295]]},
  {"id": 2, "day": "2024-02-28", "customer": "Böb",  "lines": [["bread", 2, 320]]},
  {"id": 3, "day": "2024-02-29", "customer": "Ada",  "lines": [["tea", 10, 420]], "note": "gift \\u2764"},
  {"id": 4, "day": "2024-03-01", "customer": "Cleo", "lines": []},
  {"id": 5, "day": "2024-03-01", "customer": "Böb",  "lines": [["cup", 2, 1295], ["tea", 1, 450]], "paid": false}
]
"""


@dataclass
class Summary:
    customer: str
    orders: int = 0
    cents: int = 0
    items: dict[str, int] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)

    def add(self, order):
        self.orders += 1
        for item, amount, price in order["lines"]:
            self.cents += amount * price
            self.items[item] = self.items.get(item, 0) + amount
        if not order.get("paid", True):
            self.open.append(order["id"])


def money(cents):
    return f"{cents // 100:,}.{cents % 100:02d}"


orders = json.loads(ORDERS)
summaries = {}
by_day = defaultdict(int)
for order in orders:
    who = order["customer"]
    summaries.setdefault(who, Summary(who)).add(order)
    by_day[date.fromisoformat(order["day"])] += sum(a * p for _, a, p in order["lines"])

print(f"{'customer':<10}{'orders':>7}{'total':>12}  favourite")
for s in sorted(summaries.values(), key=lambda s: (-s.cents, s.customer)):
    favourite = max(s.items, key=s.items.get) if s.items else "–"
    print(f"{s.customer:<10}{s.orders:>7}{money(s.cents):>12}  {favourite}" + ("  open: " + ", ".join(map(str, s.open)) if s.open else ""))

first, last = min(by_day), max(by_day)
day, top = first, max(by_day.values())
while day <= last:
    print(f"{day:%a %d %b} {'#' * round(20 * by_day.get(day, 0) / top):<20} {money(by_day.get(day, 0))}")
    day += timedelta(days=1)

print(json.dumps({
    "generated": last.isoformat(),
    "days": (last - first).days + 1,
    "customers": [asdict(s) for _, s in sorted(summaries.items())],
    "notes": [o["note"] for o in orders if "note" in o],
    "ratio": round(sum(s.cents for s in summaries.values()) / len(orders) / 100, 3),
}, indent=2, sort_keys=True))
try:
    json.loads('{"id": 1,, }')
except json.JSONDecodeError as error:
    print("bad input:", error)
