def a():
    try:
        return 1
    finally:
        return 2
def b():
    try:
        raise ValueError
    finally:
        return "swallowed"
def c():
    x = 1
    try:
        return x
    finally:
        x = 2
def d():
    for i in range(3):
        try:
            return i
        finally:
            continue
    return "end"
print(a(), b(), c(), d())  # expect: 2 swallowed 1 end
