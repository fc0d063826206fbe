print("%d|%5d|%-5d|%05d|%+d|% d|%i|%u" % (42, 42, 42, 42, 42, 42, 42, 42))  # expect: 42|   42|42   |00042|+42| 42|42|42
print("%x|%X|%#x|%o|%#o|%#X|%c|%c" % (255, 255, 255, 8, 8, 255, 65, "B"))
# expect: ff|FF|0xff|10|0o10|0XFF|A|B
print("%d" % 3.99, "%d" % True, "%.3d" % 5, "%+.3d" % 5, "%-+8d|" % 5, "%#.5x" % 10, "%010x" % -255, "%s %r %a" % (5, 5, 5))
# expect: 3 1 005 +005 +5      | 0x0000a -0000000ff 5 5 5
def t(f, a):
    try:
        print(f % a)
    except Exception as e:
        print(type(e).__name__, e)
t("%d", "x")  # expect: TypeError %d format: a real number is required, not str
t("%d", None)  # expect: TypeError %d format: a real number is required, not NoneType
t("%x", 1.5)  # expect: TypeError %x format: an integer is required, not float
t("%c", -1)  # expect: OverflowError %c arg not in range(0x110000)
t("%c", 0x110000)  # expect: OverflowError %c arg not in range(0x110000)
t("%c", "ab")  # expect: TypeError %c requires an int or a unicode character, not a string of length 2
t("%c", 1.5)  # expect: TypeError %c requires an int or a unicode character, not float
t("%i", "1")  # expect: TypeError %i format: a real number is required, not str
t("%d", 10 ** 30)  # expect: 1000000000000000000000000000000
t("%x", 10 ** 30)  # expect: c9f2c9cd04674edea40000000
t("%d", float("inf"))  # expect: OverflowError cannot convert float infinity to integer
t("%d", float("nan"))  # expect: ValueError cannot convert float NaN to integer
t("%o", "1")  # expect: TypeError %o format: an integer is required, not str
t("%d", 1e20)  # expect: 100000000000000000000
