x = 3.14159
print("%f|%.2f|%10.3f|%-10.1f|%010.2f|%+f|% f|%e|%E|%.2e|%g|%G|%.3g|%#g|%#.0f|%F" % ((x,) * 16))
# expect: 3.141590|3.14|     3.142|3.1       |0000003.14|+3.141590| 3.141590|3.141590e+00|3.141590E+00|3.14e+00|3.14159|3.14159|3.14|3.14159|3.|3.141590
print("%s|%r|%5.1f%%|%.0f|%.0f|%g|%g|%f|%F|%5s|%05f" % (x, x, 99.5, 0.5, 1.5, 1e20, 1e-10, float("inf"), float("nan"), float("inf"), float("-inf")))  # expect: 3.14159|3.14159| 99.5%|0|2|1e+20|1e-10|inf|NAN|  inf|-0inf
print("%.3f %f" % (1, True), "%.*f" % (2, x), "%*.*f|" % (8, 1, x), "%-*d|" % (5, 3), "%e" % 0, "%.50f" % 0.1)  # expect: 1.000 1.000000 3.14      3.1| 3    | 0.000000e+00 0.10000000000000000555111512312578270211815834045410
for bad in ("%f", "%e", "%g"):
    try:
        bad % "a"
    except TypeError as e:
        print(e)
# expect: must be real number, not str
# expect: must be real number, not str
# expect: must be real number, not str
try:
    "%f" % 10 ** 400 if False else "%f" % (10 ** 400)
except OverflowError as e:
    print(e)  # expect: int too large to convert to float
