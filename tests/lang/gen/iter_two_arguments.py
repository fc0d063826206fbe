values = [1, 2, 0, 3]
def pop(): return values.pop(0)
it = iter(pop, 0)
print(list(it), values, type(it).__name__)  # expect: [1, 2] [3] callable_iterator
print(list(it))  # expect: []
class Eq:
    def __eq__(self, o):
        return o == 3
print(list(iter(iter([1, 2, 3, 4]).__next__, Eq())))  # expect: [1, 2]
