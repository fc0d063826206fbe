l = list(range(10))
print(l[2:5], l[:3], l[7:], l[-3:], l[::2], l[::-1], l[5:2], l[8:2:-2], l[-100:100], l[100:], l[:-100], l[3:3])  # expect: [2, 3, 4] [0, 1, 2] [7, 8, 9] [7, 8, 9] [0, 2, 4, 6, 8] [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] [] [8, 6, 4] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] [] [] []
l[2:4] = ["a", "b", "c"]; print(l)  # expect: [0, 1, 'a', 'b', 'c', 4, 5, 6, 7, 8, 9]
l[0:0] = [-1]; print(l)  # expect: [-1, 0, 1, 'a', 'b', 'c', 4, 5, 6, 7, 8, 9]
l[len(l):] = ["end"]; print(l)  # expect: [-1, 0, 1, 'a', 'b', 'c', 4, 5, 6, 7, 8, 9, 'end']
l[1:3] = []; print(l)  # expect: [-1, 'a', 'b', 'c', 4, 5, 6, 7, 8, 9, 'end']
l[::2] = range(5) if len(l[::2]) == 5 else ["*"] * len(l[::2]); print(l)  # expect: ['*', 'a', '*', 'c', '*', 5, '*', 7, '*', 9, '*']
l[-2:] = "xyz"; print(l)  # expect: ['*', 'a', '*', 'c', '*', 5, '*', 7, '*', 'x', 'y', 'z']
l[5:2] = ["ins"]; print(l)  # expect: ['*', 'a', '*', 'c', '*', 'ins', 5, '*', 7, '*', 'x', 'y', 'z']
l[::-1] = l[:]; print(l)  # expect: ['z', 'y', 'x', '*', 7, '*', 5, 'ins', '*', 'c', '*', 'a', '*']
del l[0:2]; print(l)  # expect: ['x', '*', 7, '*', 5, 'ins', '*', 'c', '*', 'a', '*']
del l[::3]; print(l)  # expect: ['*', 7, 5, 'ins', 'c', '*', '*']
del l[-1]; print(l)  # expect: ['*', 7, 5, 'ins', 'c', '*']
del l[::-2]; print(l)  # expect: ['*', 5, 'c']
del l[:]; print(l)  # expect: []
l = [1, 2, 3]
l[:] = l; print(l)  # expect: [1, 2, 3]
l[1:1] = l; print(l)  # expect: [1, 1, 2, 3, 2, 3]
l[::2] = (x for x in "abc"); print(l)  # expect: ['a', 1, 'b', 3, 'c', 3]
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
def a(): l[::2] = [1]
def b(): l[0:1] = 5
def c(): l[::0] = []
def d(): l["a":] = []
def e(): del l[1.5:]
def f(): l[::2] = 5
def g(): l[2:0:-1] = "abcd"
for x in (a, b, c, d, e, f, g): t(x)
# expect: ValueError attempt to assign sequence of size 1 to extended slice of size 3
# expect: TypeError must assign iterable to extended slice
# expect: ValueError slice step cannot be zero
# expect: TypeError slice indices must be integers or None or have an __index__ method
# expect: TypeError slice indices must be integers or None or have an __index__ method
# expect: TypeError must assign iterable to extended slice
# expect: ValueError attempt to assign sequence of size 4 to extended slice of size 2
