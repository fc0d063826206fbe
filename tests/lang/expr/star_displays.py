print([*range(2), *"ab"], (*[1], 2), {*[1, 1], 2})  # expect: [0, 1, 'a', 'b'] (1, 2) {1, 2}
print({**{"a": 1}, "b": 2, **{"a": 3}})  # expect: {'a': 3, 'b': 2}
a, *b, c = range(5)
print(a, b, c)  # expect: 0 [1, 2, 3] 4
*a, = "xy"
print(a)  # expect: ['x', 'y']
print(*[1, 2], sep="-")  # expect: 1-2
def f(): return *[1, 2], 3
print(f())  # expect: (1, 2, 3)
for x in *[1], 2:
    print(x)
# expect: 1
# expect: 2
print(*(), *[], 5)  # expect: 5
