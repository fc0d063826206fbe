# The places in a traceback lead to their lines.

from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: float
    amount: int = 1

    def total(self):
        return self.price * self.amount


def average(items):
    return sum(item.total() for item in items) / len(items)


basket = [Item("apples", 0.4, 6), Item("bread", 2.8)]
print(f"An item costs {average(basket):.2f} on average.")

basket.clear()
print(f"And now {average(basket):.2f}.")
