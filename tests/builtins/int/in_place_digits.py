# The result of an operator may use its left operand's digits only when nobody else can see them.
a = b = 1 << 100
a *= 3
a += b
a -= 7
print(b == 1 << 100, a == 4 * 2**100 - 7)  # expect: True True

def f(x, default=1 << 80):
    y = x
    x <<= 5
    x ^= default
    x |= 1
    default += 1
    return x, y
print(f(1 << 90) == f(1 << 90) == ((1 << 95 ^ 1 << 80) | 1, 1 << 90))  # expect: True

def constants():
    total = 0
    for i in range(3):
        n = 123456789012345678901234567890
        n += i
        n *= n
        n >>= 3
        total += n - 1
    return total
print(constants() == constants() == sum((123456789012345678901234567890 + i) ** 2 // 8 - 1 for i in range(3)))  # expect: True

# The same object on both sides, and results that fit a word again.
x = 1 << 200
x = x * x
x ^= x
print(x, type(x))  # expect: 0 <class 'int'>
x = (1 << 70) + 5
x -= 1 << 70
print(x)  # expect: 5
y = -(1 << 130)
y >>= 129
print(y, (-(1 << 130) | 1) & 0xff, -(1 << 64) >> 200)  # expect: -2 1 -1

class Big(int):
    pass
z = Big(1 << 77)
w = z
z += 1
print(type(z), type(w), z - w)  # expect: <class 'int'> <class '__main__.Big'> 1

items = [1 << 99]
items[0] += 1
held = items[0]
items[0] += 1
print(items[0] - held, held == (1 << 99) + 1)  # expect: 1 True
for bad in (lambda: (1 << 99) // 0, lambda: (1 << 99) % 0, lambda: (1 << 99) << -1, lambda: (1 << 99) >> -1):
    try:
        bad()
    except (ZeroDivisionError, ValueError) as e:
        print(type(e).__name__, e)
# expect: ZeroDivisionError division by zero
# expect: ZeroDivisionError division by zero
# expect: ValueError negative shift count
# expect: ValueError negative shift count
