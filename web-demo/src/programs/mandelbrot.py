# The Mandelbrot set, in characters.

WIDTH, HEIGHT, MOST = 72, 30, 80
SHADES = " .:-=+*#%@"


def escape(c):
    z = 0j
    for n in range(MOST):
        z = z * z + c
        if abs(z) > 2:
            return n
    return MOST


for y in range(HEIGHT):
    line = ""
    for x in range(WIDTH):
        c = complex(-2.2 + 3 * x / WIDTH, -1.2 + 2.4 * y / HEIGHT)
        n = escape(c)
        line += SHADES[-1] if n == MOST else SHADES[n * 2 % (len(SHADES) - 1)]
    print(line)
