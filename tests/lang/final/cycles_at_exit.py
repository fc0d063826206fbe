# What a program leaves in cycles is finalised at the end, also when it is a single generator.
def steps():
    try:
        yield
    finally:
        print("closed")

started = steps()
next(started)
ring = [started]
ring.append(ring)
del started
print("end")
# expect: end
# expect: closed
