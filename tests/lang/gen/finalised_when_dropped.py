def g():
    try:
        yield 1
    finally:
        print("cleaned up")
it = g()
next(it)
print("dropping")  # expect: dropping
del it  # expect: cleaned up
print("dropped")  # expect: dropped
for x in g():
    break
# expect: cleaned up
print("after break")  # expect: after break
def h():
    for x in g():
        return x
print(h())
# expect: cleaned up
# expect: 1
unstarted = g()
del unstarted
print("an unstarted one runs nothing")  # expect: an unstarted one runs nothing
