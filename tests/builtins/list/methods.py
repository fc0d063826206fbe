l = [3, 1, 2]
l.append(4); print(l)  # expect: [3, 1, 2, 4]
l.extend("ab"); print(l)  # expect: [3, 1, 2, 4, 'a', 'b']
l.insert(1, "i"); l.insert(100, "end"); l.insert(-100, "start"); print(l)
# expect: ['start', 3, 'i', 1, 2, 4, 'a', 'b', 'end']
print(l.pop(), l.pop(0), l.pop(-2), l)  # expect: end start a [3, 'i', 1, 2, 4, 'b']
l.remove("i"); print(l)  # expect: [3, 1, 2, 4, 'b']
l.reverse(); print(l)  # expect: ['b', 4, 2, 1, 3]
print(l.index(3), l.count(1), [1, 2, 1].index(1, 1), [1, 2, 1].index(1, -1), l.copy() == l, l.copy() is l)  # expect: 4 1 2 2 True False
l.clear(); print(l)  # expect: []
print([1, 2] + [3], [1] * 3, 2 * [0, 1], [] * 5, [1] * -1, 1 in [1], 5 not in [1], len([1, 2]), [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 5], [1, 2] != [1, 2.0])  # expect: [1, 2, 3] [1, 1, 1] [0, 1, 0, 1] [] [] True True 2 True True True True True False
l = [1]
l += (2, 3)
l += "x"
l *= 2
print(l)  # expect: [1, 2, 3, 'x', 1, 2, 3, 'x']
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: [].pop())  # expect: IndexError pop from empty list
t(lambda: [1].pop(5))  # expect: IndexError pop index out of range
t(lambda: [1].pop("a"))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: [1].remove(5))  # expect: ValueError list.remove(x): x not in list
t(lambda: [1].index(5))  # expect: ValueError list.index(x): x not in list
t(lambda: [1].index(1, 1))  # expect: ValueError list.index(x): x not in list
t(lambda: [1].insert("a", 1))  # expect: TypeError 'str' object cannot be interpreted as an integer
t(lambda: [1].insert(1))  # expect: TypeError insert expected 2 arguments, got 1
t(lambda: [1].extend(5))  # expect: TypeError 'int' object is not iterable
t(lambda: [1] + (2,))  # expect: TypeError can only concatenate list (not "tuple") to list
t(lambda: [1] * "a")  # expect: TypeError can't multiply sequence by non-int of type 'str'
t(lambda: [1] * 1.0)  # expect: TypeError can't multiply sequence by non-int of type 'float'
t(lambda: [1][5])  # expect: IndexError list index out of range
t(lambda: [1].__setitem__(5, 1))  # expect: IndexError list assignment index out of range
t(lambda: [1].__delitem__(5))  # expect: IndexError list assignment index out of range
t(lambda: hash([]))  # expect: TypeError unhashable type: 'list'
t(lambda: [1] < ["a"])  # expect: TypeError '<' not supported between instances of 'int' and 'str'
t(lambda: [1] < 5)  # expect: TypeError '<' not supported between instances of 'list' and 'int'
t(lambda: [1].nope)  # expect: AttributeError 'list' object has no attribute 'nope'
t(lambda: list(5))  # expect: TypeError 'int' object is not iterable
t(lambda: [1].copy(1))  # expect: TypeError list.copy() takes no arguments (1 given)
t(lambda: [1].index())  # expect: TypeError index expected at least 1 argument, got 0
