def subscripts(x, i, j):
    x[i] = x[j]
    x[i:j] = x[j:]
    x[:j + 1] = x[j::-1]
    return x[::2], x[i:j:i]
