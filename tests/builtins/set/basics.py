s = {3, 1, 2}
print(sorted(s), len(s), 1 in s, 9 in s, set(), {1}, set("a"), s == {1, 2, 3}, s != {1}, bool(set()), frozenset([1]), frozenset(), repr(frozenset({5})))  # expect: [1, 2, 3] 3 True False set() {1} {'a'} True True False frozenset({1}) frozenset() frozenset({5})
s.add(4); s.add(4); s.discard(1); s.discard(99); s.remove(2)
print(sorted(s), s.pop() in (3, 4), len(s))  # expect: [3, 4] True 1
a, b = {1, 2, 3}, {3, 4}
print(sorted(a | b), a & b, sorted(a - b), sorted(a ^ b), a <= b, a < a, a <= a, {1} < a, a >= {1}, a > {1, 2}, a.isdisjoint({9}), a.issubset(range(5)), a.issuperset([1]))  # expect: [1, 2, 3, 4] {3} [1, 2] [1, 2, 4] False False True True True True True True True
print(sorted(a.union([7], "x" and (8,))), a.intersection([1, 2], [2, 5]), sorted(a.difference([1], [2])), sorted(a.symmetric_difference([3, 9])), a.union() == a, a.union() is a, a.copy() == a)  # expect: [1, 2, 3, 7, 8] {2} [3] [1, 2, 9] True False True
c = set(a); c |= b; print(sorted(c)); c &= {1, 3}; print(sorted(c)); c -= {1}; print(c); c ^= {3, 5}; print(c)
# expect: [1, 2, 3, 4]
# expect: [1, 3]
# expect: {3}
# expect: {5}
c.update([1], (2,)); c.intersection_update([1, 2]); c.difference_update([1]); c.symmetric_difference_update([9]); print(sorted(c)); c.clear(); print(c)
# expect: [2, 9]
# expect: set()
print(frozenset([1]) == {1}, hash(frozenset([1, 2])) == hash(frozenset([2, 1])), {frozenset([1])}, {1} in {frozenset([1])}, type({1} | frozenset([2])).__name__, type(frozenset([2]) | {1}).__name__, frozenset({1}) < {1, 2})  # expect: True True {frozenset({1})} True set frozenset True
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: {[]})  # expect: TypeError cannot use 'list' as a set element (unhashable type: 'list')
t(lambda: {1}.remove(5))  # expect: KeyError 5
t(lambda: set().pop())  # expect: KeyError 'pop from an empty set'
t(lambda: {1} | [2])  # expect: TypeError unsupported operand type(s) for |: 'set' and 'list'
t(lambda: [2] | {1})  # expect: TypeError unsupported operand type(s) for |: 'list' and 'set'
t(lambda: {1} < [2])  # expect: TypeError '<' not supported between instances of 'set' and 'list'
t(lambda: hash({1}))  # expect: TypeError unhashable type: 'set'
t(lambda: set(5))  # expect: TypeError 'int' object is not iterable
t(lambda: set(1, 2))  # expect: TypeError set expected at most 1 argument, got 2
t(lambda: {1}.add([]))  # expect: TypeError cannot use 'list' as a set element (unhashable type: 'list')
t(lambda: {1}.union(5))  # expect: TypeError 'int' object is not iterable
t(lambda: {1}.add())  # expect: TypeError set.add() takes exactly one argument (0 given)
t(lambda: {1} + {2})  # expect: TypeError unsupported operand type(s) for +: 'set' and 'set'
t(lambda: frozenset([1]).add(1))  # expect: AttributeError 'frozenset' object has no attribute 'add'
t(lambda: {1}[0])  # expect: TypeError 'set' object is not subscriptable
t(lambda: [] in {1})  # expect: TypeError cannot use 'list' as a set element (unhashable type: 'list')
t(lambda: {1}.remove([]))  # expect: TypeError cannot use 'list' as a set element (unhashable type: 'list')
t(lambda: {1}.discard({}))  # expect: TypeError cannot use 'dict' as a set element (unhashable type: 'dict')
t(lambda: set(x=1))  # expect: TypeError set() takes no keyword arguments
t(lambda: {1}.remove({5}))  # expect: KeyError {5}
t(lambda: {1}.issubset(5))  # expect: TypeError 'int' object is not iterable
