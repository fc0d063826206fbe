# Heaps of tuples and lists: the first difference decides, nested too, and comparison may run Python.
import heapq

def sort(items):
    heapq.heapify(items)
    return [heapq.heappop(items) for _ in range(len(items))]

print(sort([(2, "b"), (1, (3, 1)), (1, (2, 9)), (1, (2,))]))  # expect: [(1, (2,)), (1, (2, 9)), (1, (3, 1)), (2, 'b')]
print(sort([(1.5, 0), (1, 2), (True, 1), (1 << 70, 0), (-0.0, 3), (0, 1)]))  # expect: [(0, 1), (-0.0, 3), (True, 1), (1, 2), (1.5, 0), (1180591620717411303424, 0)]
print(sort([[2], [1, 5], [1], []]))  # expect: [[], [1], [1, 5], [2]]
for items in ([(1, "a"), (1, 2)], [(1, None), (1, None, 0), (1, {})], [(1,), [1]]):
    try:
        print(sort(items))
    except TypeError as e:
        print(e)
# expect: '<' not supported between instances of 'str' and 'int'
# expect: '<' not supported between instances of 'NoneType' and 'dict'
# expect: '<' not supported between instances of 'tuple' and 'list'

class Task:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        if self.n == 0:
            heap.clear()
        return self.n < other.n
heap = []
for n in (5, 3, 8, 1):
    heapq.heappush(heap, (7, Task(n)))
print([t.n for _, t in (heapq.heappop(heap) for _ in range(4))])  # expect: [1, 3, 5, 8]
heap.extend([(7, Task(1)), (7, Task(2)), (7, Task(3))])
try:
    heapq.heappush(heap, (7, Task(0)))
except RuntimeError as e:
    print(e, heap)  # expect: list changed size during iteration []

distances = {(0, (1, 2)): "x", (0, (1, 2.0)): "y", (0, ("1", 2)): "z"}
print(distances, distances[0.0, (True, 2)])  # expect: {(0, (1, 2)): 'y', (0, ('1', 2)): 'z'} y
