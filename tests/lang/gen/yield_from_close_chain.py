def leaf():
    try:
        yield 1
    finally:
        print("leaf closed")
def mid():
    try:
        yield from leaf()
    finally:
        print("mid closed")
def top():
    try:
        yield from mid()
    finally:
        print("top closed")
t = top()
next(t)
t.close()
# expect: leaf closed
# expect: mid closed
# expect: top closed
t = top()
next(t)
try:
    t.throw(KeyError("k"))
except KeyError as e:
    print("out", e)
# expect: leaf closed
# expect: mid closed
# expect: top closed
# expect: out 'k'
