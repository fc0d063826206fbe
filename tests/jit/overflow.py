# Ints that leave one word in a loop: sums, products, negation, and back.
def total(n):
    s = 1 << 48
    for i in range(n):
        s += 1 << 44
    return s
print(total(10) == (1 << 48) + 10 * (1 << 44), total(40) == (1 << 48) + 40 * (1 << 44))  # expect: True True
def power(n):
    p = 1
    for i in range(n):
        p *= 3
    return p
print(power(30), power(50))  # expect: 205891132094649 717897987691852588770249
def negate(n):
    x, out = -(1 << 49), []
    for i in range(n):
        out.append(-x)
        x += 1
    return out[0], out[-1]
print(negate(40))  # expect: (562949953421312, 562949953421273)
def mixed(n):
    x = 12345
    for i in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & 0xffffffffffffffff
    return x
print(mixed(60))  # expect: 14857237668846648181
def cut(n):
    x = 99
    for i in range(n):
        x = (x * 69069 + 1) & 0xffffffff
        x = (x * 1103515245 + 12345) % 2147483648
    return x
print(cut(100))  # expect: 1960663867
def quotient(n):
    out = 0
    for i in range(1, n):
        out += (-7) // i + 7 % -i + (-i) % 3 + (i << 3) // 5 - (i >> 1)
    return out
print(quotient(60))  # expect: 535
def divide(n):
    try:
        for i in range(n, -1, -1):
            100 // i
    except ZeroDivisionError as e:
        return i, str(e)
print(divide(40))  # expect: (0, 'division by zero')
