# sum, min, any and all look at a list as its iterator would: item by item, with what was added meanwhile.
class Adds:
    def __init__(self, n, items):
        self.n, self.items = n, items

    def __radd__(self, other):
        if len(self.items) < 5:
            self.items.append(Adds(self.n + 1, self.items))
        return other + self.n

    def __bool__(self):
        if len(self.items) < 5:
            self.items.append(0)
        return False

    def __lt__(self, other):
        self.items.clear()
        return self.n < other.n


items = []
items.append(Adds(1, items))
print(sum(items), len(items))  # expect: 15 5
items = []
items.append(Adds(1, items))
print(any(items), len(items))  # expect: False 2
items = []
items.extend([Adds(3, items), Adds(2, items), Adds(1, items)])
print(min(items).n, items)  # expect: 2 []


class Own(list):
    def __iter__(self):
        return iter([7, 8])


print(sum(Own([1])), min(Own([1])), all(Own([0])), any(Own()), list(Own([1])), set(Own([1])) == {7, 8})  # expect: 15 7 True True [7, 8] True
print(sum([1, 2.5, True]), sum((2**49, 2**62, 2**62)), sum([0.1] * 10), sum([[1], [2]], []))  # expect: 4.5 9223934986808197120 1.0 [1, 2]
